/**
 * Any client protocol to any upstream: one canonical call and one canonical stream of events between them, so that N client protocols and
 * M upstream protocols need N + M adapters. Sees content, keeps none of it, calls nobody. What a target cannot express is named as a loss.
 */
export * from './adapter.ts'
export * from './adapters.ts'
export * from './call.ts'
export * from './effort.ts'
export * from './events.ts'
export * from './foreign-thoughts.ts'
export * from './loss.ts'
