import { z } from 'zod'

/** Where timings of calls go: a collector's address for traces over OTLP, headers for it, and the share of calls that is told, 0 to 1. */
export type TracingSettings = { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly ratio: number }

/** What people read when a field of the tracing part of farebox.yaml is not right. */
export const TRACING_FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  tracing: { expected: 'a mapping with url', mend: 'leave it out to send timings nowhere' },
  'tracing.url': {
    expected: 'the address that takes traces over OTLP, https or on this machine',
    mend: 'write it like https://collector.example/v1/traces or http://127.0.0.1:4318/v1/traces',
  },
  'tracing.headers': {
    expected: 'a mapping of names of headers to their values',
    mend: 'write it like { authorization: "Bearer ${OTLP_TOKEN}" }',
  },
  'tracing.ratio': { expected: 'a number above 0, at most 1', mend: 'write 0.01 for one call in a hundred, or leave it out for all' },
}

const told = (path: string): string => TRACING_FIELDS[path]?.expected ?? ''

/** The tracing part of farebox.yaml. */
export const tracingBlock = z
  .strictObject({
    url: z
      .string()
      .max(500)
      .regex(/^https:\/\/[^\s@]+$|^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)(?::\d{1,5})?(?:\/[^\s@]*)?$/)
      .describe(told('tracing.url')),
    headers: z
      .record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/), z.string().regex(/^[\x20-\x7e]{1,2000}$/))
      .describe(told('tracing.headers'))
      .prefault({}),
    ratio: z.number().gt(0).max(1).describe(told('tracing.ratio')).prefault(1),
  })
  .describe(told('tracing'))
