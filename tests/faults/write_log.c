/* Logs what a process writes below one folder, and makes its disk lie, slow or sick.
 *
 * LD_PRELOAD=write_log.so with, in the environment:
 *   WLOG_DIR     the folder to watch
 *   WLOG_OUT     the log; one record per operation, in the order in which they happened
 *   WLOG_LIE     1: syncs are not logged, as if the disk had not done them
 *   WLOG_SLOW_MS every sync takes that much longer
 *   WLOG_CLOCK   the kernel holds the clock for set (adjtimex) only while this file exists
 * and write_log_fail("call:first:count:errno"): from now on, calls first .. first+count-1 of `write`,
 * `sync` or `open` below the folder fail; errno 0 with `write` writes half of it.
 *
 * Record: op, length of the path (u16), offset (i64), length of the data (u32), path, data; packed,
 * little-endian. W write, T new length, S sync, U unlink, R rename (data: the new name), A what the
 * process wrote to its standard output. A sync covers what was logged before it began: its offset
 * is that number of records. Stores through mmap are not seen; SQLite maps its -shm only, which
 * does not have to survive.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))real(#name))
#define LOCKED(body) do { pthread_mutex_lock(&mutex); body pthread_mutex_unlock(&mutex); } while (0)

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX];
static int out = -1, lie, slow_ms;
static int64_t records;
static char fail_call[16];
static long fail_first, fail_count, fail_errno, calls;

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

/* For the process itself, through ctypes: from now on these calls fail; "" ends it. */
void write_log_fail(const char *text) {
    fail_call[0] = 0;
    calls = 0;
    sscanf(text, "%15[^:]:%ld:%ld:%ld", fail_call, &fail_first, &fail_count, &fail_errno);
}

__attribute__((constructor)) static void begin(void) {
    const char *text;
    if ((text = getenv("WLOG_DIR"))) snprintf(folder, sizeof folder, "%s", text);
    if ((text = getenv("WLOG_LIE"))) lie = atoi(text);
    if ((text = getenv("WLOG_SLOW_MS"))) slow_ms = atoi(text);
    if ((text = getenv("WLOG_OUT")))
        out = REAL(open)(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int below(const char *path) {
    size_t length = strlen(folder);
    return length && !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

static int path_of(int fd, char *path) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

static int absolute(int at, const char *name, char *path) {
    char parent[PATH_MAX];
    if (name[0] == '/') snprintf(path, PATH_MAX, "%s", name);
    else if (at == AT_FDCWD) {
        if (!getcwd(parent, sizeof parent)) return 0;
        if (snprintf(path, PATH_MAX, "%s/%s", parent, name) >= PATH_MAX) return 0;
    } else {
        path_of(at, parent);
        if (snprintf(path, PATH_MAX, "%s/%s", parent, name) >= PATH_MAX) return 0;
    }
    return below(path);
}

static void record(char op, const char *path, int64_t offset, const void *data, uint32_t length) {
    if (out < 0) return;
    char head[15];
    uint16_t path_length = strlen(path);
    head[0] = op;
    memcpy(head + 1, &path_length, 2);
    memcpy(head + 3, &offset, 8);
    memcpy(head + 11, &length, 4);
    struct iovec parts[] = {{head, 15}, {(void *)path, path_length}, {(void *)data, length}};
    if (REAL(writev)(out, parts, 3) != 15 + path_length + (ssize_t)length) abort();
    records++;
}

/* Tells whether this call is one of those that fail. */
static int fails(const char *call) {
    if (strcmp(call, fail_call)) return 0;
    long n = __sync_add_and_fetch(&calls, 1);
    return n >= fail_first && n < fail_first + fail_count;
}

static ssize_t shortened(int fd, const void *data, size_t length, off_t offset) {
    if (fail_errno || length < 2) { errno = fail_errno ? fail_errno : EIO; return -1; }
    return REAL(pwrite)(fd, data, length / 2, offset);
}

ssize_t write(int fd, const void *data, size_t length) {
    char path[PATH_MAX];
    int acknowledges = fd == 1;
    if (!acknowledges && !path_of(fd, path)) return REAL(write)(fd, data, length);
    ssize_t done;
    if (!acknowledges && fails("write") && fail_errno) { errno = fail_errno; return -1; }
    LOCKED({
        done = REAL(write)(fd, data, length);
        if (done > 0 && acknowledges) record('A', "", 0, data, done);
        else if (done > 0) record('W', path, lseek(fd, 0, SEEK_CUR) - done, data, done);
    });
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    char path[PATH_MAX];
    if (!path_of(fd, path)) return REAL(pwrite64)(fd, data, length, offset);
    ssize_t done;
    int failing = fails("write");
    LOCKED({
        done = failing ? shortened(fd, data, length, offset)
                       : REAL(pwrite64)(fd, data, length, offset);
        if (done > 0) record('W', path, offset, data, done);
    });
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
    return pwrite64(fd, data, length, offset);
}

int ftruncate64(int fd, off64_t length) {
    char path[PATH_MAX];
    if (!path_of(fd, path)) return REAL(ftruncate64)(fd, length);
    int failed;
    LOCKED({
        failed = REAL(ftruncate64)(fd, length);
        if (!failed) record('T', path, length, "", 0);
    });
    return failed;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int posix_fallocate64(int fd, off64_t offset, off64_t length) {
    char path[PATH_MAX];
    if (!path_of(fd, path)) return REAL(posix_fallocate64)(fd, offset, length);
    int failed;
    struct stat before;
    LOCKED({
        fstat(fd, &before);
        failed = REAL(posix_fallocate64)(fd, offset, length);
        if (!failed && offset + length > before.st_size) record('T', path, offset + length, "", 0);
    });
    return failed;
}

int posix_fallocate(int fd, off_t offset, off_t length) {
    return posix_fallocate64(fd, offset, length);
}

static int synced(int fd, const char *name) {
    char path[PATH_MAX];
    int watched = path_of(fd, path);
    if (watched && fails("sync")) { errno = fail_errno; return -1; }
    int64_t covered;
    LOCKED({ covered = records; });
    if (watched && slow_ms) usleep(slow_ms * 1000);
    int failed = ((int (*)(int))real(name))(fd);
    if (!failed && watched && !lie) LOCKED({ record('S', path, covered, "", 0); });
    return failed;
}

int fsync(int fd) { return synced(fd, "fsync"); }

int fdatasync(int fd) { return synced(fd, "fdatasync"); }

static int unlinked(int at, const char *name, int flags) {
    char path[PATH_MAX];
    int watched = absolute(at, name, path);
    int failed;
    LOCKED({
        failed = REAL(unlinkat)(at, name, flags);
        if (!failed && watched && !(flags & AT_REMOVEDIR)) record('U', path, 0, "", 0);
    });
    return failed;
}

int unlink(const char *name) { return unlinked(AT_FDCWD, name, 0); }

int unlinkat(int at, const char *name, int flags) { return unlinked(at, name, flags); }

int renameat(int from_at, const char *from, int to_at, const char *to) {
    char path[PATH_MAX], target[PATH_MAX];
    int watched = absolute(from_at, from, path) | absolute(to_at, to, target);
    int failed;
    LOCKED({
        failed = REAL(renameat)(from_at, from, to_at, to);
        if (!failed && watched) record('R', path, 0, target, strlen(target));
    });
    return failed;
}

int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

static int opened(int at, const char *name, int flags, mode_t mode) {
    char path[PATH_MAX];
    int watched = absolute(at, name, path);
    if (watched && fails("open")) { errno = fail_errno; return -1; }
    int fd;
    if (!watched || !(flags & O_TRUNC)) return REAL(openat)(at, name, flags, mode);
    LOCKED({
        fd = REAL(openat)(at, name, flags, mode);
        if (fd >= 0) record('T', path, 0, "", 0);
    });
    return fd;
}

#define OPEN(name, at, ...)                                   \
    int name(__VA_ARGS__, int flags, ...) {                   \
        va_list more;                                         \
        va_start(more, flags);                                \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more);                                         \
        return opened(at, path, flags, mode);                 \
    }

OPEN(open, AT_FDCWD, const char *path)
OPEN(open64, AT_FDCWD, const char *path)
OPEN(openat, at, int at, const char *path)
OPEN(openat64, at, int at, const char *path)

int adjtimex(struct timex *clock) {
    const char *file = getenv("WLOG_CLOCK");
    return file ? access(file, F_OK) ? TIME_ERROR : TIME_OK : REAL(adjtimex)(clock);
}
