// A storage battery, a fuel cell and a solar roof by npm's echonet-lite, which shares no code with
// the suite. Arguments: its own IPv4 address. It says "ready" once it answers.
'use strict';
const EL = require('echonet-lite');
const about = (more) => Object.assign({
  '80': [0x30], '81': [0x00], '82': [0x00, 0x00, 0x52, 0x00],
  '83': [0xfe, 0, 0, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9],
  '88': [0x42], '8a': [0x00, 0x00, 0x77],
}, more);
const map = (codes) => [codes.length, ...codes];
const bitmap = (codes) => {
  const rows = new Array(16).fill(0);
  for (const code of codes) rows[code & 0x0f] |= 1 << ((code >> 4) - 8);
  return [codes.length, ...rows];
};
const details = {
  '027d01': about({
    'cf': [0x44], 'da': [0x46], 'd3': [0xff, 0xff, 0xfc, 0x18], 'd6': [0, 0x0f, 0x42, 0x40],
    'd8': [0x7f, 0xff, 0xff, 0xff], 'e2': [0, 0, 0x0f, 0xa0], 'e4': [80], 'e5': [98],
    'eb': [0, 0, 0x07, 0xd0], 'ec': [0, 0, 0x0b, 0xb8],
  }),
  '027c01': about({ 'c4': [0x02, 0xbc], 'c5': [0, 0x01, 0xf3, 0xa4], 'cb': [0x41], 'ca': [0x41] }),
  '027901': about({ 'e0': [0x0c, 0x8a], 'e1': [0x00, 0x45, 0xb3, 0x52], 'a0': [100] }),
};
for (const [eoj, own] of Object.entries(details)) {
  const codes = Object.keys(own).concat(['9d', '9e', '9f']).map((code) => parseInt(code, 16));
  own['9d'] = map([0x80, 0x88]);
  own['9e'] = map(eoj === '027d01' ? [0xda, 0xeb, 0xec] : [0x80]);
  own['9f'] = codes.length < 16 ? map(codes) : bitmap(codes);
}
(async () => {
  await EL.initialize(Object.keys(details), async (rinfo, els, error) => {
    if (error || els.DEOJ.substr(0, 4) === '0ef0') return;
    if (els.ESV === EL.GET) EL.replyGetDetail(rinfo, els, details);
    if (els.ESV === EL.SETC) {
      // The library answers for classes that it does not know, and leaves it to us to keep the value.
      await EL.replySetDetail(rinfo, els, details);
      details[els.DEOJ].da = [parseInt(els.DETAILs.da, 16)];
      // A mode that was set is announced, and the announcement wants to be confirmed.
      EL.sendOPC1(rinfo.address, [0x02, 0x7d, 0x01], [0x05, 0xff, 0x01], 0x74, 0xda, details['027d01'].da);
    }
    if (els.ESV === '7a') console.log('confirmed');
  }, 4, { v4: process.argv[2], autoGetProperties: false, ignoreMe: true });
  console.log('ready');
})();
