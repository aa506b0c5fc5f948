/* A libnvidia-ml.so.1 for tests: as many GPUs, values and faults as a file says that $TFLSP_NVML_STUB names.
 *
 * The file has lines "key = value" and may be replaced at any time; the next call sees the new one.
 *   init, init.delay (seconds), count, driver, cuda
 *   gpu.N.error                       every call on the GPU fails with this number; gpu.N.handle.error: its handle
 *   gpu.N.FIELD, gpu.N.FIELD.error    a value, or why there is none; without either: 3, not supported
 *   gpu.N.mig (0/1), gpu.N.mig.M.FIELD
 *   calls                             a file that gets a byte for each look at a GPU's load
 *   process.bytes                     size of the entries of _v3 lists (24; 32 in series 530)
 * Functions that a driver lacks are left out of the library when it is linked. */

#define _GNU_SOURCE /* statx: stat's symbol is newer than the C library of Ubuntu 20.04 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int Result;
typedef unsigned int U;
typedef unsigned long long UL;

typedef struct { int gpu, part; } Handle;
typedef struct { UL total, free, used; } Memory;
typedef struct { U version; UL total, reserved, free, used; } MemoryV2;
typedef struct { U gpu, memory; } Rates;
typedef struct { char legacy[16]; U domain, bus, device, id, subsystem; char bus_id[32]; } Pci;

enum { MOST = 16, PARTS = 8, LINES = 1024, WIDTH = 256 };

static Handle handles[MOST][PARTS + 1];
static char lines[LINES][WIDTH];
static int line_count;
static struct statx read_at;

static void reload(void) {
    const char *path = getenv("TFLSP_NVML_STUB");
    struct statx now;
    if (!path || statx(AT_FDCWD, path, 0, STATX_INO | STATX_MTIME, &now)) { line_count = 0; return; }
    if (line_count && now.stx_ino == read_at.stx_ino && now.stx_mtime.tv_sec == read_at.stx_mtime.tv_sec &&
        now.stx_mtime.tv_nsec == read_at.stx_mtime.tv_nsec) return;
    FILE *file = fopen(path, "r");
    if (!file) return;
    line_count = 0;
    while (line_count < LINES && fgets(lines[line_count], WIDTH, file)) {
        lines[line_count][strcspn(lines[line_count], "\n")] = 0;
        line_count++;
    }
    fclose(file);
    read_at = now;
}

static const char *text(const char *key) {
    size_t length = strlen(key);
    reload();
    for (int i = 0; i < line_count; i++)
        if (!strncmp(lines[i], key, length) && !strncmp(lines[i] + length, " = ", 3)) return lines[i] + length + 3;
    return NULL;
}

static UL number(const char *key, UL otherwise) {
    const char *found = text(key);
    return found ? strtoull(found, NULL, 0) : otherwise;
}

static void name_of(const Handle *handle, const char *field, char *key) {
    if (handle->part < 0) snprintf(key, WIDTH, "gpu.%d.%s", handle->gpu, field);
    else snprintf(key, WIDTH, "gpu.%d.mig.%d.%s", handle->gpu, handle->part, field);
}

/* The error of a field: the GPU's own, the field's, or that it is not there. */
static Result fault(const Handle *handle, const char *field) {
    char key[WIDTH];
    if (!handle) return 2;
    snprintf(key, WIDTH, "gpu.%d.error", handle->gpu);
    if (text(key)) return (Result)number(key, 999);
    name_of(handle, field, key);
    strncat(key, ".delay", WIDTH - strlen(key) - 1);
    if (text(key)) sleep((unsigned)number(key, 0));
    name_of(handle, field, key);
    strncat(key, ".error", WIDTH - strlen(key) - 1);
    if (text(key)) return (Result)number(key, 999);
    name_of(handle, field, key);
    return text(key) ? 0 : 3;
}

static UL value(const Handle *handle, const char *field) {
    char key[WIDTH];
    name_of(handle, field, key);
    return number(key, 0);
}

static Result string(const Handle *handle, const char *field, char *into, U size) {
    char key[WIDTH];
    Result result = fault(handle, field);
    if (result) return result;
    name_of(handle, field, key);
    snprintf(into, size, "%s", text(key));
    return 0;
}

static Result whole(const Handle *handle, const char *field, U *into) {
    Result result = fault(handle, field);
    if (!result) *into = (U)value(handle, field);
    return result;
}

Result nvmlInitWithFlags(U flags) {
    (void)flags;
    if (text("init.delay")) sleep((unsigned)number("init.delay", 0));
    return (Result)number("init", 0);
}
Result nvmlShutdown(void) { return 0; }
const char *nvmlErrorString(Result result) { return result == 999 ? "Unknown Error" : "stub"; }

Result nvmlSystemGetDriverVersion(char *into, U size) {
    if (!text("driver")) return 3;
    snprintf(into, size, "%s", text("driver"));
    return 0;
}
Result nvmlSystemGetCudaDriverVersion_v2(int *into) {
    if (!text("cuda")) return 13;
    *into = (int)number("cuda", 0);
    return 0;
}
Result nvmlDeviceGetCount_v2(U *into) { *into = (U)number("count", 0); return 0; }

Result nvmlDeviceGetHandleByIndex_v2(U index, Handle **into) {
    char key[WIDTH];
    if (index >= number("count", 0) || index >= MOST) return 2;
    snprintf(key, WIDTH, "gpu.%u.handle.error", index);
    if (text(key)) return (Result)number(key, 999);
    handles[index][PARTS].gpu = (int)index;
    handles[index][PARTS].part = -1;
    *into = &handles[index][PARTS];
    return 0;
}

Result nvmlDeviceGetName(Handle *handle, char *into, U size) { return string(handle, "name", into, size); }
Result nvmlDeviceGetUUID(Handle *handle, char *into, U size) { return string(handle, "uuid", into, size); }
Result nvmlDeviceGetPciInfo_v3(Handle *handle, Pci *into) {
    memset(into, 0, sizeof *into);
    return string(handle, "bus", into->bus_id, sizeof into->bus_id);
}
Result nvmlDeviceGetCudaComputeCapability(Handle *handle, int *major, int *minor) {
    Result result = fault(handle, "capability");
    if (!result) { *major = (int)value(handle, "capability") / 10; *minor = (int)value(handle, "capability") % 10; }
    return result;
}

Result nvmlDeviceGetMemoryInfo(Handle *handle, Memory *into) {
    Result result = fault(handle, "memory.used");
    if (result) return result;
    /* Version 1 counts what the driver keeps as used. */
    into->total = value(handle, "memory.total");
    into->used = value(handle, "memory.used") + value(handle, "memory.reserved");
    into->free = into->total - into->used;
    return 0;
}
Result nvmlDeviceGetMemoryInfo_v2(Handle *handle, MemoryV2 *into) {
    if (into->version != 0x02000028) return 25;
    if (number("memory.version", 2) < 2) return 25;
    Result result = fault(handle, "memory.used");
    if (result) return result;
    into->total = value(handle, "memory.total");
    into->used = value(handle, "memory.used");
    into->reserved = value(handle, "memory.reserved");
    into->free = into->total - into->used - into->reserved;
    return 0;
}
static void count_call(void) {
    const char *path = text("calls");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (!file) return;
    fputc('.', file);
    fclose(file);
}

Result nvmlDeviceGetUtilizationRates(Handle *handle, Rates *into) {
    count_call();
    Result result = whole(handle, "utilization.gpu", &into->gpu);
    into->memory = (U)value(handle, "utilization.memory");
    return result;
}
Result nvmlDeviceGetTemperature(Handle *handle, U sensor, U *into) { (void)sensor; return whole(handle, "temperature", into); }
Result nvmlDeviceGetPowerUsage(Handle *handle, U *into) { return whole(handle, "power", into); }
Result nvmlDeviceGetEnforcedPowerLimit(Handle *handle, U *into) { return whole(handle, "power.limit", into); }
Result nvmlDeviceGetClockInfo(Handle *handle, U kind, U *into) {
    return whole(handle, kind == 1 ? "clock.sm" : "clock.memory", into);
}
Result nvmlDeviceGetFanSpeed(Handle *handle, U *into) { return whole(handle, "fan", into); }
Result nvmlDeviceGetPersistenceMode(Handle *handle, U *into) { return whole(handle, "persistence", into); }

static Result reasons(Handle *handle, UL *into) {
    Result result = fault(handle, "throttling");
    if (!result) *into = value(handle, "throttling");
    return result;
}
Result nvmlDeviceGetCurrentClocksEventReasons(Handle *handle, UL *into) { return reasons(handle, into); }
Result nvmlDeviceGetCurrentClocksThrottleReasons(Handle *handle, UL *into) { return reasons(handle, into); }

Result nvmlDeviceGetEccMode(Handle *handle, U *current, U *pending) {
    Result result = whole(handle, "ecc", current);
    *pending = *current;
    return result;
}
Result nvmlDeviceGetTotalEccErrors(Handle *handle, U kind, U counter, UL *into) {
    Result result = fault(handle, kind ? "ecc.uncorrected" : "ecc.corrected");
    (void)counter;
    if (!result) *into = value(handle, kind ? "ecc.uncorrected" : "ecc.corrected");
    return result;
}

Result nvmlDeviceGetMigMode(Handle *handle, U *current, U *pending) {
    Result result = whole(handle, "mig", current);
    *pending = *current;
    return result;
}
Result nvmlDeviceGetMaxMigDeviceCount(Handle *handle, U *into) { (void)handle; *into = PARTS - 1; return 0; }
Result nvmlDeviceGetMigDeviceHandleByIndex(Handle *handle, U index, Handle **into) {
    Handle *part = &handles[handle->gpu][index];
    char key[WIDTH];
    part->gpu = handle->gpu;
    part->part = (int)index;
    name_of(part, "uuid", key);
    if (!text(key)) return 6;
    *into = part;
    return 0;
}

/* Lists: "pid:bytes,pid:bytes"; bytes may be "none". */
static Result list(Handle *handle, const char *field, U *count, char *into, size_t entry, int instances) {
    char key[WIDTH], copy[WIDTH];
    Result result = fault(handle, field);
    if (result == 3) { *count = 0; return 0; }
    if (result) return result;
    name_of(handle, field, key);
    snprintf(copy, WIDTH, "%s", text(key));
    U room = *count, found = 0;
    for (char *each = strtok(copy, ","); each; each = strtok(NULL, ",")) {
        if (found < room && into) {
            char *bytes = strchr(each, ':') + 1, *at = into + found * entry;
            *(U *)at = (U)strtoul(each, NULL, 10);
            *(UL *)(at + 8) = strcmp(bytes, "none") ? strtoull(bytes, NULL, 0) : ~0ULL;
            if (instances) *(U *)(at + 16) = *(U *)(at + 20) = ~0U;
            if (entry > 24) *(UL *)(at + 24) = 0x5555555555555555ULL;
        }
        found++;
    }
    *count = found;
    return found > room || (found && !into) ? 7 : 0;
}
static size_t entry_of_3(void) { return (size_t)number("process.bytes", 24); }

Result nvmlDeviceGetComputeRunningProcesses(Handle *handle, U *count, void *into) { return list(handle, "compute", count, into, 16, 0); }
Result nvmlDeviceGetComputeRunningProcesses_v2(Handle *handle, U *count, void *into) { return list(handle, "compute", count, into, 24, 1); }
Result nvmlDeviceGetComputeRunningProcesses_v3(Handle *handle, U *count, void *into) { return list(handle, "compute", count, into, entry_of_3(), 1); }
Result nvmlDeviceGetGraphicsRunningProcesses(Handle *handle, U *count, void *into) { return list(handle, "graphics", count, into, 16, 0); }
Result nvmlDeviceGetGraphicsRunningProcesses_v2(Handle *handle, U *count, void *into) { return list(handle, "graphics", count, into, 24, 1); }
Result nvmlDeviceGetGraphicsRunningProcesses_v3(Handle *handle, U *count, void *into) { return list(handle, "graphics", count, into, entry_of_3(), 1); }

/* Nobody calls these here: that they are there tells what the driver is. */
Result nvmlDeviceGetConfComputeMemSizeInfo(Handle *handle, void *into) { (void)handle; (void)into; return 3; }
Result nvmlDeviceGetRunningProcessDetailList(Handle *handle, void *into) { (void)handle; (void)into; return 3; }
