// A hydrogen station in npm's node-opcua: the tests steer it by lines on standard input.
// It trusts nobody at first. Arguments: folder for what it keeps, its certificate, its key (PEM).
const { OPCUAServer, DataType, StatusCodes, SecurityPolicy, MessageSecurityMode, OPCUACertificateManager } = require("node-opcua");
const path = require("path");
const readline = require("readline");

const [folder, certificate, key] = process.argv.slice(2);

(async () => {
  const options = {
    port: 0, hostname: "127.0.0.1",
    serverInfo: { applicationUri: "urn:node-opcua:station" },
    buildInfo: { productName: "Station", manufacturerName: "node-opcua", softwareVersion: "2.182" },
    securityModes: [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt],
    securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
    serverCertificateManager: new OPCUACertificateManager({
      rootFolder: path.join(folder, "pki"), automaticallyAcceptUnknownCertificate: false,
    }),
    certificateFile: certificate, privateKeyFile: key,
  };
  const server = new OPCUAServer(options);
  await server.initialize();
  const space = server.engine.addressSpace;
  space.registerNamespace("urn:filler"); // so that ours has another index than in other servers
  const own = space.registerNamespace("urn:peer:station");
  const station = own.addObject({ browseName: "Station", organizedBy: space.rootFolder.objects });
  const bank = own.addObject({ browseName: "Bank", componentOf: station });
  const add = (parent, browseName, dataType, value, extra) => own.addVariable({
    componentOf: parent, browseName, dataType, value: { dataType, value }, ...extra });
  const pressure = add(bank, "Pressure", DataType.Double, 80.5);
  const flame = add(station, "Flame", DataType.Boolean, false);
  const beat = add(station, "Heartbeat", DataType.UInt32, 1);
  add(station, "Limit", DataType.Int16, 455, { accessLevel: "CurrentRead | CurrentWrite" });
  add(station, "Name", DataType.String, "H2");
  const nodes = { pressure, flame, beat };
  await server.start();
  console.log(`ready ${server.endpoints[0].port}`);
  readline.createInterface({ input: process.stdin }).on("line", (line) => {
    if (line === "accept") {
      options.serverCertificateManager.automaticallyAcceptUnknownCertificate = true;
      console.log("done");
      return;
    }
    const [name, type, value, status, ageS] = JSON.parse(line);
    const when = new Date(Date.now() - 1000 * (ageS || 0));
    nodes[name].setValueFromSource({ dataType: DataType[type], value }, StatusCodes[status || "Good"], when);
    console.log("done");
  }).on("close", async () => { await server.shutdown(0); process.exit(0); });
})().catch((error) => { console.log(`failed ${error.message}`); process.exit(1); });
