import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { z } from 'zod'
import { type Address, type AddressRange, isLoopback, type NanoUsd, parseBytes, parseRanges, parseUsd } from './lib/index.ts'
import { address, emailAddress, hostNames, limit, parsed, path, placeOf, url, whole, yesOrNo } from './setting-readers.ts'
import { ConfigRefusedError, ENVIRONMENT, isTellable, type Problem, toldText } from './spec/index.ts'

/** An authority that certificates come from by themselves, for whom, where it is answered on port 80, and where key and certificate are kept. */
export type AcmeSettings = {
  readonly directory: string
  readonly email: string | undefined
  readonly domains: readonly string[]
  readonly listen: Address
  readonly pemPath: string
}

/** Limits that hold where a key or an account sets none of its own; undefined means no limit. */
export type LimitDefaults = Readonly<Record<'requestsPerMinute' | 'tokensPerMinute' | 'concurrentCalls', number | undefined>>

/** How long we wait for an upstream, in milliseconds. */
export type UpstreamTimeouts = Readonly<Record<'connectMs' | 'firstByteMs' | 'wholeAnswerMs' | 'idleMs' | 'sessionIdleMs', number>>

/** Every setting, read once. Paths are absolute; `providerKeys` holds the provider keys that are present, by variable name. */
export type Config = {
  readonly listen: Address
  readonly operatorListen: Address
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  /** The database of keys of persons that several nodes share; undefined: in the data directory. */
  readonly keysUrl: string | undefined
  readonly valkeyUrl: string | undefined
  readonly publicUrl: string
  /** The address of the operator listener as browsers of operators know it. */
  readonly operatorUrl: string
  /** Where the certificate and its key lie; with `acme` one file of the data directory, which control keeps. */
  readonly tls: { readonly certPath: string; readonly keyPath: string } | undefined
  readonly acme: AcmeSettings | undefined
  readonly trustedProxies: readonly AddressRange[]
  /** Whether the public listener takes connections of trusted proxies alone. */
  readonly isEdgeOnly: boolean
  /** Whether customers may have events sent to hosts of theirs; then control calls public https hosts. */
  readonly hasWebhooks: boolean
  /** Whether teams may have issuers of their own, at public https hosts that they name. */
  readonly hasTeamSignOn: boolean
  /** The server that sends mail, and the address that mails come from; without one no mail is sent. */
  readonly mail: { readonly smtpUrl: string; readonly from: string } | undefined
  readonly configPath: string | undefined
  readonly operatorToken: string | undefined
  readonly gateways: number
  readonly providerKeys: Readonly<Partial<Record<ProviderKeyName, string>>>
  readonly bodyBytesMax: number
  readonly gatewayRecycleSeconds: number
  readonly drainSeconds: number
  readonly logLevel: LogLevel
  readonly upstreamTimeouts: UpstreamTimeouts
  /** Within how many days an erasure is done, and after how many days without use an account is erased; undefined: never. */
  readonly rights: { readonly eraseWithinDays: number; readonly inactiveAfterDays: number | undefined }
  readonly limits: { readonly key: LimitDefaults; readonly account: LimitDefaults; readonly ip: LimitDefaults }
  /** What a key without a cap of its own may spend of a balance in a UTC day, in nano-USD; undefined: as much as there is. */
  readonly keyDailyCap: NanoUsd | undefined
}

/** How much is logged, least first. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Provider keys that are looked for; each has its row in catalog/known-upstreams. */
export const PROVIDER_KEY_NAMES = [
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'GEMINI_API_KEY',
  'DEEPSEEK_API_KEY',
  'ARK_API_KEY',
  'XAI_API_KEY',
  'MISTRAL_API_KEY',
  'GROQ_API_KEY',
  'OPENROUTER_API_KEY',
  'TOGETHER_API_KEY',
  'FIREWORKS_API_KEY',
  'DASHSCOPE_API_KEY',
  'MOONSHOT_API_KEY',
  'ZAI_API_KEY',
  'ZHIPUAI_API_KEY',
  'MINIMAX_API_KEY',
] as const
export type ProviderKeyName = (typeof PROVIDER_KEY_NAMES)[number]

/** Variables by name, as in process.env. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What the defaults depend on; handed in so that tests need no machine. */
export type Host = { readonly cores: number; readonly directory: string; readonly exists: (path: string) => boolean }

/** The environment of this process; the only place that reads it. */
export const processEnvironment = (): Environment => process.env

/** The settings; throws ConfigRefusedError with every problem at once. */
export function readConfig(env: Environment, host: Host = thisHost()): Config {
  const { values, problems } = parseSettings(env)
  const found = [...problems, ...crossProblems(values, host), ...providerKeyProblems(env)]
  if (found.length > 0 || !isComplete(values)) throw new ConfigRefusedError(found)
  return buildConfig(values, env, host)
}

/** Variables that begin with FAREBOX_ and mean nothing: most likely misspelt. */
export const unknownSettings = (env: Environment): readonly string[] =>
  Object.keys(env).filter((name) => /^FAREBOX_(?!(?:BACKUP_PASSPHRASE|KEY|SECOND_KEY)$)/.test(name) && !(name in SETTINGS))

const thisHost = (): Host => ({ cores: availableParallelism(), directory: process.cwd(), exists: existsSync })

/** Each setting by its variable: how it is read, and what holds where it is not set. */
export const SETTINGS = {
  FAREBOX_LISTEN: address.prefault('127.0.0.1:8080'),
  FAREBOX_OPERATOR_LISTEN: address.prefault('127.0.0.1:8081'),
  FAREBOX_DATA_DIR: path.prefault('./data'),
  DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  FAREBOX_KEYS_URL: url('postgres:', 'postgresql:').optional(),
  VALKEY_URL: url('valkey:', 'valkeys:', 'redis:', 'rediss:').optional(),
  FAREBOX_PUBLIC_URL: url('https:', 'http:').optional(),
  FAREBOX_OPERATOR_URL: url('https:', 'http:').optional(),
  FAREBOX_TLS_CERT: path.optional(),
  FAREBOX_TLS_KEY: path.optional(),
  FAREBOX_ACME_DOMAINS: hostNames.optional(),
  FAREBOX_ACME_EMAIL: emailAddress.optional(),
  FAREBOX_ACME_TERMS_AGREED: yesOrNo('set yes once you have read the terms of the authority and agree to them'),
  FAREBOX_ACME_DIRECTORY: url('https:').prefault('https://acme-v02.api.letsencrypt.org/directory'),
  FAREBOX_ACME_LISTEN: address.prefault('0.0.0.0:80'),
  FAREBOX_TRUSTED_PROXIES: parsed(parseRanges, {
    expected: 'addresses or CIDR ranges, separated by commas',
    mend: 'write it like 10.0.0.0/8, 192.168.1.5, fd00::/8',
  }).prefault(''),
  FAREBOX_EDGE_ONLY: yesOrNo('set yes where every customer comes by way of FAREBOX_TRUSTED_PROXIES, else unset it'),
  FAREBOX_WEBHOOKS: yesOrNo('set yes to have events sent to hosts of customers, which opens port 443 of all public hosts, else unset it'),
  FAREBOX_TEAM_SIGN_ON: yesOrNo('set yes to let issuers of teams sign members in, which opens port 443 of all public hosts, else unset it'),
  FAREBOX_SMTP_URL: url('smtps:', 'smtp:').optional(),
  FAREBOX_MAIL_FROM: emailAddress.optional(),
  FAREBOX_CONFIG: path.optional(),
  FAREBOX_OPERATOR_TOKEN: parsed((text) => (/^[\x21-\x7e]{24,256}$/.test(text) ? text : undefined), {
    expected: '24 to 256 printable characters without spaces',
    mend: 'make one with: openssl rand -hex 32. Or unset it and one is made under the data directory',
  }).optional(),
  FAREBOX_GATEWAYS: whole({ min: 1, max: 256 }).optional(),
  FAREBOX_BODY_MAX: parsed((text) => within(parseBytes(text), 1024, 2 ** 30), {
    expected: 'a size from 1 KiB to 1 GiB',
    mend: 'write bytes, or a unit as in 32MiB',
  }).prefault('32MiB'),
  FAREBOX_GATEWAY_RECYCLE_SECONDS: whole({ min: 10, max: 86_400 }).prefault('900'),
  FAREBOX_DRAIN_SECONDS: whole({ min: 0, max: 600 }).prefault('30'),
  FAREBOX_LOG: parsed((text) => LOG_LEVELS.find((level) => level === text), {
    expected: `one of ${LOG_LEVELS.join(', ')}`,
    mend: 'set info, or unset it',
  }).prefault('info'),
  FAREBOX_CONNECT_TIMEOUT_SECONDS: whole({ min: 1, max: 60 }).prefault('5'),
  FAREBOX_FIRST_BYTE_TIMEOUT_SECONDS: whole({ min: 1, max: 3600 }).prefault('120'),
  FAREBOX_WHOLE_ANSWER_TIMEOUT_SECONDS: whole({ min: 1, max: 3600 }).prefault('600'),
  FAREBOX_IDLE_TIMEOUT_SECONDS: whole({ min: 1, max: 3600 }).prefault('60'),
  FAREBOX_SESSION_IDLE_SECONDS: whole({ min: 1, max: 3600 }).prefault('300'),
  FAREBOX_ERASE_WITHIN_DAYS: whole({ min: 1, max: 30 }).prefault('7'),
  FAREBOX_INACTIVE_AFTER_DAYS: whole({ min: 60, max: 3650 }).optional(),
  FAREBOX_KEY_REQUESTS_PER_MINUTE: limit.prefault('none'),
  FAREBOX_KEY_TOKENS_PER_MINUTE: limit.prefault('none'),
  FAREBOX_KEY_CONCURRENT_CALLS: limit.prefault('none'),
  FAREBOX_KEY_DAILY_CAP_USD: parsed((text) => (text === 'none' ? null : parseUsd(text) || undefined), {
    expected: 'an amount of USD above 0, such as 5.00, or none',
    mend: 'write it like 5.00, or none for no cap',
  }).prefault('none'),
  FAREBOX_ACCOUNT_REQUESTS_PER_MINUTE: limit.prefault('none'),
  FAREBOX_ACCOUNT_TOKENS_PER_MINUTE: limit.prefault('none'),
  FAREBOX_ACCOUNT_CONCURRENT_CALLS: limit.prefault('500'),
  FAREBOX_IP_REQUESTS_PER_MINUTE: limit.prefault('none'),
  FAREBOX_IP_TOKENS_PER_MINUTE: limit.prefault('none'),
  FAREBOX_IP_CONCURRENT_CALLS: limit.prefault('1000'),
} as const

type Values = { readonly [Name in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[Name]> }
const SECRETS: readonly string[] = [
  'DATABASE_URL',
  'FAREBOX_KEYS_URL',
  'VALKEY_URL',
  'FAREBOX_SMTP_URL',
  'FAREBOX_OPERATOR_TOKEN',
  ...PROVIDER_KEY_NAMES,
]

const within = (value: number | undefined, min: number, max: number) =>
  value !== undefined && value >= min && value <= max ? value : undefined

/** Every setting on its own, so that one mistake does not hide the next; an empty variable counts as unset. */
function parseSettings(env: Environment): { readonly values: Partial<Values>; readonly problems: readonly Problem[] } {
  const values: Record<string, unknown> = {}
  const problems: Problem[] = []
  for (const [name, schema] of Object.entries(SETTINGS)) {
    const result = (schema as z.ZodType).safeParse(env[name] === '' ? undefined : env[name])
    if (result.success) values[name] = result.data
    else problems.push(...result.error.issues.map((issue) => issueProblem(env, name, issue)))
  }
  return { values: values as Partial<Values>, problems }
}

function issueProblem(env: Environment, name: string, issue: z.core.$ZodIssue): Problem {
  const mend = issue.code === 'custom' ? String(issue.params?.mend ?? '') : 'see the table of settings'
  return settingProblem(name, { expected: issue.message, got: shown(name, env[name] ?? ''), mend })
}

const settingProblem = (name: string, told: Pick<Problem, 'expected' | 'got' | 'mend'>): Problem => ({
  file: ENVIRONMENT,
  line: 0,
  column: 0,
  path: name,
  ...told,
})

const shown = (name: string, value: string) => (SECRETS.includes(name) ? '(hidden)' : toldText(value))

/** What only shows when several settings are seen together, or the files they name. */
function crossProblems(values: Partial<Values>, host: Host): readonly Problem[] {
  const hasFiles = values.FAREBOX_TLS_CERT !== undefined && values.FAREBOX_TLS_KEY !== undefined
  const hasTls = hasFiles || values.FAREBOX_ACME_DOMAINS !== undefined
  return [
    ...acmeProblems(values),
    ...pairProblems(values, { first: 'FAREBOX_TLS_CERT', second: 'FAREBOX_TLS_KEY', expected: 'a certificate and its key, both' }),
    ...pairProblems(values, {
      first: 'FAREBOX_SMTP_URL',
      second: 'FAREBOX_MAIL_FROM',
      expected: 'a mail server and the address mails come from, both',
    }),
    ...(['FAREBOX_TLS_CERT', 'FAREBOX_TLS_KEY', 'FAREBOX_CONFIG'] as const).flatMap((name) =>
      missingFileProblems(name, values[name], host),
    ),
    ...(hasTls ? [] : plainHttpProblems('FAREBOX_LISTEN', values)),
    ...plainHttpProblems('FAREBOX_OPERATOR_LISTEN', values),
    ...samePortProblems(values),
    ...edgeProblems(values),
    ...keyDatabaseProblems(values),
  ]
}

type Pair = { readonly first: keyof Values; readonly second: keyof Values; readonly expected: string }

function pairProblems(values: Partial<Values>, { first, second, expected }: Pair): readonly Problem[] {
  if ((values[first] === undefined) === (values[second] === undefined)) return []
  const missing = values[first] === undefined ? first : second
  const mend = `set ${missing} to the other half of the pair, or unset both`
  return [settingProblem(missing, { expected, got: 'only one of them', mend })]
}

/** Either files or an authority; and nobody agrees to terms by naming a host. */
function acmeProblems(values: Partial<Values>): readonly Problem[] {
  if (values.FAREBOX_ACME_DOMAINS === undefined) return []
  const both = {
    expected: 'either files of a certificate or FAREBOX_ACME_DOMAINS',
    got: 'both',
    mend: 'unset FAREBOX_TLS_CERT and FAREBOX_TLS_KEY, or FAREBOX_ACME_DOMAINS',
  }
  const terms = {
    expected: 'yes, as the authority of FAREBOX_ACME_DIRECTORY gives a certificate only to who agrees to its terms',
    got: 'no',
    mend: 'read the terms and set yes, or unset FAREBOX_ACME_DOMAINS',
  }
  return [
    ...(values.FAREBOX_TLS_CERT === undefined ? [] : [settingProblem('FAREBOX_TLS_CERT', both)]),
    ...(values.FAREBOX_ACME_TERMS_AGREED === true ? [] : [settingProblem('FAREBOX_ACME_TERMS_AGREED', terms)]),
  ]
}

function missingFileProblems(name: string, file: string | undefined, host: Host): readonly Problem[] {
  if (file === undefined || host.exists(resolve(host.directory, file))) return []
  const got = `${isTellable(file) ? file : 'a path'}, which is not`
  return [settingProblem(name, { expected: 'a file that is there', got, mend: 'correct the path, or make the file' })]
}

function plainHttpProblems(name: 'FAREBOX_LISTEN' | 'FAREBOX_OPERATOR_LISTEN', values: Partial<Values>): readonly Problem[] {
  const at = values[name]
  if (at === undefined || isLoopback(at.host) || (values.FAREBOX_TRUSTED_PROXIES ?? []).length > 0) return []
  const withTls = name === 'FAREBOX_LISTEN' ? 'set FAREBOX_TLS_CERT and FAREBOX_TLS_KEY, or FAREBOX_ACME_DOMAINS, or ' : ''
  return [
    settingProblem(name, {
      expected: 'no plain HTTP where others can listen in',
      got: `plain HTTP on ${at.host}:${at.port}`,
      mend: `${withTls}set FAREBOX_TRUSTED_PROXIES to the address of the proxy that ends TLS, or listen on 127.0.0.1:${at.port}`,
    }),
  ]
}

function samePortProblems(values: Partial<Values>): readonly Problem[] {
  const { FAREBOX_LISTEN: listen, FAREBOX_OPERATOR_LISTEN: operator } = values
  if (listen === undefined || operator === undefined || listen.port === 0 || listen.port !== operator.port) return []
  const told = {
    expected: 'a port of its own',
    got: `port ${operator.port}, which FAREBOX_LISTEN has`,
    mend: `use port ${operator.port + 1}`,
  }
  return listen.host === operator.host ? [settingProblem('FAREBOX_OPERATOR_LISTEN', told)] : []
}

/** Whoever takes connections of proxies alone has to say which. */
function edgeProblems(values: Partial<Values>): readonly Problem[] {
  if (values.FAREBOX_EDGE_ONLY !== true || (values.FAREBOX_TRUSTED_PROXIES ?? []).length > 0) return []
  const told = {
    expected: 'the addresses of the proxies that customers come by, in FAREBOX_TRUSTED_PROXIES',
    got: 'none, so that nobody could come',
    mend: 'set FAREBOX_TRUSTED_PROXIES, or unset this',
  }
  return [settingProblem('FAREBOX_EDGE_ONLY', told)]
}

/** Keys that lie in the database they protect would be in its backups. */
function keyDatabaseProblems(values: Partial<Values>): readonly Problem[] {
  const { FAREBOX_KEYS_URL: keys, DATABASE_URL: main } = values
  if (keys === undefined) return []
  if (main !== undefined && placeOf(keys) !== placeOf(main)) return []
  const told = {
    expected: 'a second database, beside one that DATABASE_URL names',
    got: main === undefined ? 'no DATABASE_URL' : 'the database of DATABASE_URL',
    mend: 'name another database whose backups live 7 days at most, or unset it: a single node keeps its keys in the data directory',
  }
  return [settingProblem('FAREBOX_KEYS_URL', told)]
}

function providerKeyProblems(env: Environment): readonly Problem[] {
  const odd = PROVIDER_KEY_NAMES.filter((name) => env[name] !== undefined && env[name] !== '' && !/^[\x21-\x7e]{8,512}$/.test(env[name]))
  const told = {
    expected: '8 to 512 printable characters without spaces',
    got: '(hidden)',
    mend: 'copy the key again, without quotes or line ends',
  }
  return odd.map((name) => settingProblem(name, told))
}

const isComplete = (values: Partial<Values>): values is Values => Object.keys(SETTINGS).every((name) => name in values)

function buildConfig(values: Values, env: Environment, host: Host): Config {
  const absolute = (file: string | undefined) => (file === undefined ? undefined : resolve(host.directory, file))
  const dataDir = resolve(host.directory, values.FAREBOX_DATA_DIR)
  const acme = acmeOf(values, dataDir)
  const [certPath, keyPath] = [acme?.pemPath ?? absolute(values.FAREBOX_TLS_CERT), acme?.pemPath ?? absolute(values.FAREBOX_TLS_KEY)]
  const tls = certPath !== undefined && keyPath !== undefined ? { certPath, keyPath } : undefined
  const usualConfig = resolve(host.directory, 'farebox.yaml')
  return {
    listen: values.FAREBOX_LISTEN,
    operatorListen: values.FAREBOX_OPERATOR_LISTEN,
    dataDir,
    databaseUrl: values.DATABASE_URL,
    keysUrl: values.FAREBOX_KEYS_URL,
    valkeyUrl: values.VALKEY_URL,
    publicUrl: (values.FAREBOX_PUBLIC_URL ?? usualUrl(values.FAREBOX_LISTEN, { acme, isSecure: tls !== undefined })).replace(/\/+$/, ''),
    operatorUrl: (values.FAREBOX_OPERATOR_URL ?? `http://localhost:${values.FAREBOX_OPERATOR_LISTEN.port}`).replace(/\/+$/, ''),
    ...{ tls, acme },
    trustedProxies: values.FAREBOX_TRUSTED_PROXIES,
    isEdgeOnly: values.FAREBOX_EDGE_ONLY,
    hasWebhooks: values.FAREBOX_WEBHOOKS,
    hasTeamSignOn: values.FAREBOX_TEAM_SIGN_ON,
    mail: mailOf(values),
    configPath: absolute(values.FAREBOX_CONFIG) ?? (host.exists(usualConfig) ? usualConfig : undefined),
    operatorToken: values.FAREBOX_OPERATOR_TOKEN,
    gateways: values.FAREBOX_GATEWAYS ?? Math.max(1, host.cores - 1),
    providerKeys: Object.fromEntries(PROVIDER_KEY_NAMES.filter((name) => (env[name] ?? '') !== '').map((name) => [name, env[name]])),
    bodyBytesMax: values.FAREBOX_BODY_MAX,
    gatewayRecycleSeconds: values.FAREBOX_GATEWAY_RECYCLE_SECONDS,
    drainSeconds: values.FAREBOX_DRAIN_SECONDS,
    logLevel: values.FAREBOX_LOG,
    upstreamTimeouts: {
      connectMs: values.FAREBOX_CONNECT_TIMEOUT_SECONDS * 1000,
      firstByteMs: values.FAREBOX_FIRST_BYTE_TIMEOUT_SECONDS * 1000,
      wholeAnswerMs: values.FAREBOX_WHOLE_ANSWER_TIMEOUT_SECONDS * 1000,
      idleMs: values.FAREBOX_IDLE_TIMEOUT_SECONDS * 1000,
      sessionIdleMs: values.FAREBOX_SESSION_IDLE_SECONDS * 1000,
    },
    rights: { eraseWithinDays: values.FAREBOX_ERASE_WITHIN_DAYS, inactiveAfterDays: values.FAREBOX_INACTIVE_AFTER_DAYS },
    limits: { key: limitsOf(values, 'KEY'), account: limitsOf(values, 'ACCOUNT'), ip: limitsOf(values, 'IP') },
    keyDailyCap: values.FAREBOX_KEY_DAILY_CAP_USD ?? undefined,
  }
}

/** By the first name that has a certificate, else by that of this machine. */
function usualUrl({ port }: Address, told: { readonly acme: AcmeSettings | undefined; readonly isSecure: boolean }): string {
  const host = told.acme?.domains[0] ?? 'localhost'
  return told.isSecure && port === 443 ? `https://${host}` : `${told.isSecure ? 'https' : 'http'}://${host}:${port}`
}

function acmeOf(values: Values, dataDir: string): AcmeSettings | undefined {
  const {
    FAREBOX_ACME_DOMAINS: domains,
    FAREBOX_ACME_DIRECTORY: directory,
    FAREBOX_ACME_EMAIL: email,
    FAREBOX_ACME_LISTEN: listen,
  } = values
  return domains === undefined ? undefined : { directory, email, domains, listen, pemPath: resolve(dataDir, 'acme', 'certificate.pem') }
}

const mailOf = ({ FAREBOX_SMTP_URL: smtpUrl, FAREBOX_MAIL_FROM: from }: Values): Config['mail'] =>
  smtpUrl === undefined || from === undefined ? undefined : { smtpUrl, from }

const limitsOf = (values: Values, whose: 'KEY' | 'ACCOUNT' | 'IP'): LimitDefaults => ({
  requestsPerMinute: values[`FAREBOX_${whose}_REQUESTS_PER_MINUTE`] ?? undefined,
  tokensPerMinute: values[`FAREBOX_${whose}_TOKENS_PER_MINUTE`] ?? undefined,
  concurrentCalls: values[`FAREBOX_${whose}_CONCURRENT_CALLS`] ?? undefined,
})
