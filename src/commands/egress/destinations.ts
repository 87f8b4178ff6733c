import type { Config } from '../../config.ts'
import { GOOGLE_TOKEN_URL } from '../../spec/index.ts'

/** A place that this installation may call: a host name or address, a port, and why. */
export type Destination = { readonly host: string; readonly port: number; readonly why: string }

/** An upstream of the catalogue, as the operator API shows it. */
type Upstream = { readonly id: string; readonly kind: string; readonly base_url: string; readonly fetch_urls: boolean }

/** What stands for every host that is not of a network of one's own: upstreams with `fetch_urls` are sent what addresses in requests lead to, and webhooks go to hosts of customers. */
export const ANY_PUBLIC_HOST = '*'

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  'smtps:': 465,
  'smtp:': 587,
  'https:': 443,
  'http:': 80,
  'postgres:': 5432,
  'postgresql:': 5432,
}
const VALKEY_PORT = 6379

/** Every place this installation may call, by its settings and its catalogue; each once, in the order of their names. */
export function destinationsOf(
  config: Pick<Config, 'mail' | 'databaseUrl' | 'keysUrl' | 'valkeyUrl'> & Partial<Pick<Config, 'hasWebhooks' | 'hasTeamSignOn' | 'acme'>>,
  upstreams: readonly Upstream[],
  others: readonly { readonly url: string; readonly why: string }[] = [],
): readonly Destination[] {
  const wanted = [
    ...upstreams.map(({ id, base_url: url }) => at(url, `upstream ${id}`)),
    ...upstreams.flatMap(({ id, fetch_urls: fetches }) =>
      fetches ? [{ host: ANY_PUBLIC_HOST, port: 443, why: `fetch_urls of upstream ${id}` }] : [],
    ),
    ...(upstreams.some(({ kind }) => kind === 'vertex') ? [at(GOOGLE_TOKEN_URL, 'access tokens for vertex')] : []),
    ...(config.databaseUrl === undefined ? [] : [at(config.databaseUrl, 'the database')]),
    ...(config.keysUrl === undefined ? [] : [at(config.keysUrl, 'keys of persons of several nodes')]),
    ...(config.acme === undefined ? [] : [at(config.acme.directory, 'certificates')]),
    ...(config.mail === undefined ? [] : [at(config.mail.smtpUrl, 'mail')]),
    ...(config.hasWebhooks === true ? [{ host: ANY_PUBLIC_HOST, port: 443, why: 'webhooks of customers' }] : []),
    ...(config.hasTeamSignOn === true ? [{ host: ANY_PUBLIC_HOST, port: 443, why: 'issuers of teams' }] : []),
    ...others.map(({ url, why }) => at(url, why)),
    ...(config.valkeyUrl === undefined ? [] : [at(config.valkeyUrl, 'rate windows of several nodes')]),
  ]
  const byPlace = Map.groupBy(wanted, ({ host, port }) => `${host} ${port}`)
  return [...byPlace.values()]
    .flatMap(([first, ...others]) => (first === undefined ? [] : [{ ...first, why: [first, ...others].map(({ why }) => why).join(', ') }]))
    .toSorted((a, b) => a.host.localeCompare(b.host) || a.port - b.port)
}

function at(text: string, why: string): Destination {
  const url = new URL(text)
  const port = url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? VALKEY_PORT) : Number(url.port)
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port, why }
}
