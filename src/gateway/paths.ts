import {
  type CallAddress,
  modelsPath,
  type Protocol,
  REALTIME_PATHS,
  type StoringSurface,
  spokenAt,
  storingSurfaceAt,
} from '../protocols/index.ts'

/** Who serves a path. */
export type Destination =
  | { readonly kind: 'call'; readonly protocol: Protocol; readonly address?: CallAddress }
  | { readonly kind: 'storing'; readonly surface: StoringSurface }
  | { readonly kind: 'models'; readonly id: string | undefined }
  | { readonly kind: 'realtime' }
  | { readonly kind: 'healthz' }
  | { readonly kind: 'readyz' }
  | { readonly kind: 'control'; readonly takesBody: boolean }

const CONTROL_READS =
  /^\/(?:$|status\.json$|llms\.txt$|v1\/(?:usage|balance|accesses)$|v1\/receipts\/[\w-]{1,64}$|v1\/statements\/[\w.-]{1,32}$|v1\/prices(?:\/\d{1,9})?$|\.well-known\/(?!.*\/(?:\/|\.|$))[\w-][\w./-]{0,99}$)/
/** The public site. Names of models may hold slashes, so a page of one is anything that leads nowhere else. */
const SITE_READS =
  /^\/(?:models(?:\/(?!.*(?:\.\.|\/\/|\/\.))[A-Za-z0-9][\w.:/@+-]{0,79})?|status|terms|refunds|docs(?:\/[a-z0-9-]{1,40})?|openapi\.json|robots\.txt|sitemap\.xml|favicon\.ico|brand\/logo)$/
/** The privacy policy and what shows it. */
const PRIVACY_READS = /^\/(?:v1\/privacy|privacy(?:\.md|\/(?:proof|subprocessors|transparency|request|history(?:\/\d{1,9}\.md)?))?)$/
/** The customers' app: its pages, each of which is the same file, and what they load. */
const APP_READS =
  /^\/(?:sign-in(?:\/with\/[a-z][a-z0-9-]{0,31})?|sign-up|reset|dashboard(?:\/[\w-]{1,64}){0,3}\/?|app\/assets\/[\w-][\w.-]{0,99})$/
const CONTROL_WRITES = /^\/(?:api\/(?!proxy(?:\/|$))|webhooks\/|unsubscribe\/)[\w./-]{1,200}$/

/** Whether realtime sessions are opened at a path. */
export const isRealtimePath = (path: string): boolean => REALTIME_PATHS.includes(path)

/**
 * The fixed path table: which of the two planes serves a path; undefined is nobody's and gets 404 without being forwarded. Of what follows
 * a question mark only calls of Gemini's want to know.
 */
export function destinationOf(path: string, query = ''): Destination | undefined {
  const spoken = spokenAt(path, query)
  if (spoken !== undefined) return { kind: 'call', ...spoken }
  if (isRealtimePath(path)) return { kind: 'realtime' }
  if (path === '/healthz') return { kind: 'healthz' }
  if (path === '/readyz') return { kind: 'readyz' }
  const storing = storingSurfaceAt(path)
  if (storing !== undefined) return { kind: 'storing', surface: storing }
  const models = modelsPath(path)
  if (models !== undefined) return { kind: 'models', id: models.id }
  if ([CONTROL_READS, SITE_READS, PRIVACY_READS, APP_READS].some((reads) => reads.test(path))) return { kind: 'control', takesBody: false }
  return CONTROL_WRITES.test(path) ? { kind: 'control', takesBody: true } : undefined
}

/** The methods a destination takes, for 405. */
export function allowedMethods(destination: Destination): readonly string[] {
  if (destination.kind === 'call') return ['POST']
  const takesAny = destination.kind === 'storing' || (destination.kind === 'control' && destination.takesBody)
  if (takesAny) return ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
  return ['GET', 'HEAD']
}
