/** What shows how the house does: figures for Prometheus, and timings of calls for a collector of traces; nothing of whose call it was. */
export { type MetricDescription, type Metrics, makeMetrics, type Watched } from './metrics.ts'
export { openTraces } from './open-traces.ts'
export { RouteNames } from './route-names.ts'
