/**
 * How V8 treats the memory of gateways and control. Young objects die young where there is room from the start; grown into it, a fifth of a call's time
 * goes to those that did not. The old ones are looked through from 32 MB on and when they are three quarters as many again, in which bodies that come count too: by itself V8 waits for half a
 * gigabyte, and then for four times as many, whoever fills it. One thread helps with that: four of them, as V8 has by itself, take both processors of a small
 * machine for 25 ms, and whoever is called meanwhile waits for them.
 */
export const HEAP_ARGUMENTS: readonly string[] = [
  '--min-semi-space-size=16',
  '--max-semi-space-size=16',
  '--initial-old-space-size=32',
  '--heap-growing-percent=75',
  '--v8-pool-size=1',
]

/**
 * How the C library treats it: what has two megabytes or more goes back to the system when it is freed, as does the end of the heap. By itself it raises
 * that bound to 32 MB with the first large body, and keeps all smaller ones. A body of a megabyte, as pictures make them, is below the
 * bound: to give and clear its pages anew for each took a fifth of the call. Others than glibc know none of these names. Source: mallopt(3),
 * "Environment variables" (2026-11-27).
 */
export const MALLOC_ENVIRONMENT: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '2097152',
  MALLOC_TRIM_THRESHOLD_: '8388608',
}
