import type { TracingSettings } from '../catalog/index.ts'
import type { Log } from '../lib/index.ts'
import type { RouteNames } from './route-names.ts'
import type { Traces } from './traces.ts'

const NOBODY: Traces = { onSettled: () => {}, stop: async () => {} }

/** Timings of calls for the collector that settings name; for nobody, and without loading what sends them, where there are none. */
export async function openTraces(
  settings: TracingSettings | undefined,
  { names, log }: { readonly names: RouteNames; readonly log: Log },
): Promise<Traces> {
  if (settings === undefined) return NOBODY
  const { exporterOf, tellTimings } = await import('./traces.ts')
  return tellTimings({ exporter: exporterOf(settings, log), names, ratio: settings.ratio, chance: Math.random })
}
