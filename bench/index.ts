/** Measures what a call costs against other proxies, in processes of their own on this machine; never part of the product, never run by it. */
export { cpuMicrosBetween, processTree, readTaskCpu, residentMegabytes, type TaskCpu } from './cpu-accounting.ts'
export { median, quantile, ratios, type Spread, spreadOf } from './statistics.ts'
