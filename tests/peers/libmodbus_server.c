/*
 * A Modbus server made with libmodbus: a peer that shares no code with the suite or pymodbus.
 *
 *   libmodbus_server tcp 127.0.0.1        listens on a free port and prints it
 *   libmodbus_server rtu /dev/pts/3       serves a serial line, 9600 8N1, and prints "rtu"
 *
 * It is unit 1; for every other unit it stays silent, on TCP too.
 *
 * Registers (holding and input alike, zero-based addresses):
 *   0..3      2300, 123, 0, 500
 *   100..101  float 231.5, high word first (4367 8000)
 *   4..99     0
 *   from 102  do not exist: exception 2
 * Every holding register can be written (05, 06, 15, 16 are answered as usual).
 * Coils and discrete inputs 0..7: 1, 0, 1, 1, 0, 0, 1, 0.
 *
 * Frames, as a client sees them on a serial line:
 *   0103000000044409 -> 01030808FC007B000001F44C63
 *   01030064000285D4 -> 010304436780003FA8
 *   010600030309B93C -> the same (write 777 to register 3)
 *   01031388000240A5 -> 018302C0F1 (exception 2)
 */

#include <arpa/inet.h>
#include <errno.h>
#include <modbus.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum { UNIT = 1, REGISTERS = 102, BITS = 8, TCP_HEADER = 7, UNIT_IN_HEADER = 6 };

static modbus_mapping_t *registers(void)
{
    static const uint16_t first[4] = {2300, 123, 0, 500};
    static const uint8_t bits[BITS] = {1, 0, 1, 1, 0, 0, 1, 0};
    modbus_mapping_t *map = modbus_mapping_new(BITS, BITS, REGISTERS, REGISTERS);
    if (map == NULL)
        return NULL;
    memcpy(map->tab_registers, first, sizeof first);
    map->tab_registers[100] = 0x4367;
    map->tab_registers[101] = 0x8000;
    memcpy(map->tab_input_registers, map->tab_registers, REGISTERS * sizeof(uint16_t));
    memcpy(map->tab_bits, bits, sizeof bits);
    memcpy(map->tab_input_bits, bits, sizeof bits);
    return map;
}

static int fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, modbus_strerror(errno));
    return 1;
}

static int serve_rtu(const char *device, modbus_mapping_t *map)
{
    uint8_t query[MODBUS_RTU_MAX_ADU_LENGTH];
    modbus_t *bus = modbus_new_rtu(device, 9600, 'N', 8, 1);
    if (bus == NULL || modbus_set_slave(bus, UNIT) == -1 || modbus_connect(bus) == -1)
        return fail(device);
    printf("rtu\n");
    fflush(stdout);
    for (;;) {
        int length = modbus_receive(bus, query); /* 0: for another unit */
        if (length > 0)
            modbus_reply(bus, query, length, map);
        else if (length == -1 && errno == EIO)
            return fail(device);
    }
}

/* Answer what came on one connection; 0 where it is over. */
static int answer(modbus_t *bus, int connection, modbus_mapping_t *map)
{
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    modbus_set_socket(bus, connection);
    int length = modbus_receive(bus, query);
    if (length == -1)
        return 0;
    if (length > TCP_HEADER && query[UNIT_IN_HEADER] == UNIT)
        modbus_reply(bus, query, length, map);
    return 1;
}

static int serve_tcp(const char *host, modbus_mapping_t *map)
{
    modbus_t *bus = modbus_new_tcp(host, 0);
    int listener = bus == NULL ? -1 : modbus_tcp_listen(bus, 8);
    struct sockaddr_in bound;
    socklen_t size = sizeof bound;
    if (listener == -1 || getsockname(listener, (struct sockaddr *) &bound, &size) == -1)
        return fail(host);
    printf("%d\n", ntohs(bound.sin_port));
    fflush(stdout);

    fd_set open, ready;
    int highest = listener;
    FD_ZERO(&open);
    FD_SET(listener, &open);
    for (;;) {
        ready = open;
        if (select(highest + 1, &ready, NULL, NULL, NULL) == -1)
            return fail("select");
        for (int fd = 0; fd <= highest; fd++) {
            if (!FD_ISSET(fd, &ready))
                continue;
            if (fd == listener) {
                int connection = accept(listener, NULL, NULL);
                if (connection == -1 || connection >= FD_SETSIZE)
                    continue;
                FD_SET(connection, &open);
                highest = connection > highest ? connection : highest;
            } else if (!answer(bus, fd, map)) {
                close(fd);
                FD_CLR(fd, &open);
            }
        }
    }
}

int main(int count, char **words)
{
    modbus_mapping_t *map = registers();
    if (map == NULL)
        return fail("registers");
    if (count == 3 && strcmp(words[1], "tcp") == 0)
        return serve_tcp(words[2], map);
    if (count == 3 && strcmp(words[1], "rtu") == 0)
        return serve_rtu(words[2], map);
    fprintf(stderr, "usage: libmodbus_server tcp HOST | rtu DEVICE\n");
    return 2;
}
