import { type Attributes, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { AlwaysOnSampler, BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import type { TracingSettings } from '../catalog/index.ts'
import type { Settlement } from '../ledger/index.ts'
import { errorCode, type Log } from '../lib/index.ts'
import { OUTCOMES, type Outcome } from '../spec/index.ts'
import type { RouteNames } from './route-names.ts'

/** Calls that wait to be told of at most; what comes above is not told. */
const QUEUE_MAX = 2_048
const EVERY_MS = 5_000
const TIMEOUT_MS = 5_000
/** The exporter ends before that; who waited as long as it tries would throw now and then. */
const PATIENCE_MS = 2 * TIMEOUT_MS
/** Success, as exporters tell it. */
const TAKEN = 0

/** Ends that no upstream and no house is to blame for. */
const BLAMELESS: ReadonlySet<Outcome> = new Set(['completed', 'client-aborted', 'length-stopped', 'voided'])

/** Timings on their way to a collector. */
export type Traces = {
  readonly onSettled: (settlement: Settlement) => void
  /** Sends what waits and ends. */
  readonly stop: () => Promise<void>
}

type Tracing = Omit<TracingSettings, 'headers' | 'url'> & {
  readonly exporter: SpanExporter
  readonly names: RouteNames
  /** A number from 0 up to 1. */
  readonly chance: () => number
}

/**
 * Sends to the collector that settings name, over OTLP; what it does not take is logged by its count and forgotten.
 * Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp (2026-11-27).
 */
export function exporterOf({ url, headers }: Pick<TracingSettings, 'url' | 'headers'>, log: Log): SpanExporter {
  const exporter = new OTLPTraceExporter({ url, headers, timeoutMillis: TIMEOUT_MS })
  return {
    export: (spans, onResult) =>
      exporter.export(spans, ({ error }) => {
        if (error !== undefined) log({ event: 'traces-untold', items: spans.length, code: errorCode(error) })
        // The library throws what is told as failed, which nobody here could mend.
        onResult({ code: TAKEN })
      }),
    shutdown: () => exporter.shutdown(),
  }
}

/**
 * Tells how long calls took, a span for each and one within it up to the first byte. A span says model, upstream, outcome, status and times,
 * and nothing of whose call it was: no account, no key, no request id, no tokens, no money. It begins at a whole second, so that it is no
 * row of usage by another name. Names: https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/ (2026-11-27).
 */
export function tellTimings({ exporter, names, ratio, chance }: Tracing): Traces {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'farebox' }),
    sampler: new AlwaysOnSampler(),
    spanProcessors: [
      new BatchSpanProcessor({ exporter, maxQueueSize: QUEUE_MAX, scheduledDelayMillis: EVERY_MS, exportTimeoutMillis: PATIENCE_MS }),
    ],
  })
  const tracer = provider.getTracer('farebox')
  const onSettled = (settlement: Settlement): void => {
    if (chance() >= ratio) return
    const { latencyMs, firstByteMs } = settlement
    const startTime = Math.floor(settlement.startedAt / 1_000) * 1_000
    const { name, attributes, isFailed } = shapeOf(settlement, names)
    const call = tracer.startSpan(name, { kind: SpanKind.SERVER, startTime, attributes, root: true }, ROOT_CONTEXT)
    if (firstByteMs !== undefined) {
      const wait = tracer.startSpan('first byte', { kind: SpanKind.CLIENT, startTime }, trace.setSpan(ROOT_CONTEXT, call))
      wait.end(startTime + firstByteMs)
    }
    if (isFailed) call.setStatus({ code: SpanStatusCode.ERROR })
    call.end(startTime + latencyMs)
  }
  return { onSettled, stop: () => provider.shutdown() }
}

type Shape = { readonly name: string; readonly attributes: Attributes; readonly isFailed: boolean }

function shapeOf({ routeSerial, outcome, status, isStream }: Settlement, names: RouteNames): Shape {
  const route = names.of(routeSerial)
  const end = OUTCOMES[outcome] ?? 'gateway-lost'
  return {
    name: route === undefined ? 'call' : `call ${route.model}`,
    isFailed: !BLAMELESS.has(end),
    attributes: {
      ...(route === undefined ? {} : { 'gen_ai.request.model': route.model, 'gen_ai.provider.name': route.upstream }),
      'http.response.status_code': status,
      'farebox.outcome': end,
      'farebox.stream': isStream,
    },
  }
}
