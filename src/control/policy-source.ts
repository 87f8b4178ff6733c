import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listInUse, readIssuerSettings, readTelegramSettings } from '../catalog/index.ts'
import { type Config, processEnvironment } from '../config.ts'
import type { Database } from '../db/index.ts'
import { INVENTORY } from '../inventory.ts'
import type { Clock } from '../lib/index.ts'
import { type Declared, type Inventory, openPolicyDesk, type PolicyDesk, type PolicySettings } from '../privacy/index.ts'

/** Where a desk finds what it works with. */
export type PolicySource = {
  readonly config: Config
  readonly settings: PolicySettings
  readonly appDatabase: Database
  readonly clock: Clock
}

/** The desk that answers for the policy of this deployment: results of the release and of this installation, attestations beside farebox.yaml. */
export function openPolicy({ config, settings, appDatabase, clock }: PolicySource): PolicyDesk {
  const { configPath, dataDir, gatewayRecycleSeconds, isEdgeOnly } = config
  return openPolicyDesk({
    ...{ database: appDatabase, inventory: inventoryOf(config), settings, gatewayRecycleSeconds, isEdgeOnly, clock },
    attestationFolder: configPath === undefined ? undefined : join(dirname(configPath), 'attestations'),
    listInUse: () => listInUse(appDatabase),
    readProof: () => [RELEASE, dataDir].map((place) => readEnd(join(place, 'proof', 'results.jsonl'))),
  })
}

/** What is not switched on calls nobody, so a policy has nothing to say of it: mail, a bot that writes to chats, webhooks, issuers. */
function inventoryOf(config: Config): Inventory {
  const hasMail = config.mail !== undefined
  const hasBot = readTelegramSettings(config, processEnvironment()) !== undefined
  const isCalled = (place: string): boolean =>
    (place !== 'mail' || hasMail) && (place !== 'telegram' || hasBot) && (place !== 'webhook' || config.hasWebhooks) && place !== 'issuer'
  const outbound = { ...pick(INVENTORY.outbound, isCalled), ...issuersOf(config) }
  const browserKeys = pick(
    INVENTORY.browserKeys,
    (key) => key !== 'farebox.errand' || readIssuers(config).length > 0 || config.hasTeamSignOn,
  )
  return { ...INVENTORY, mailFields: hasMail ? INVENTORY.mailFields : {}, outbound, browserKeys }
}

const pick = (declared: Declared, isWanted: (name: string) => boolean): Declared =>
  Object.fromEntries(Object.entries(declared).filter(([name]) => isWanted(name)))

const readIssuers = (config: Config) => readIssuerSettings(config, processEnvironment())

/** A place for each issuer, by its name, as each is a company of its own; one for all that teams have. */
function issuersOf(config: Config): Declared {
  const { issuer } = INVENTORY.outbound
  const teams = config.hasTeamSignOn ? [{ id: 'teams', name: 'SSO (OpenID Connect)' }] : []
  const named = [...readIssuers(config), ...teams]
  return issuer === undefined ? {} : Object.fromEntries(named.map(({ id, name }) => [`issuer-${id}`, { ...issuer, name }]))
}

const RELEASE = dirname(dirname(import.meta.dirname))
const BYTES_MAX = 8 * 1024 * 1024

/** The end of a file of lines, which has the newest; empty when there is none. */
function readEnd(path: string): string {
  if (!existsSync(path)) return ''
  const bytes = readFileSync(path)
  return bytes.subarray(Math.max(0, bytes.length - BYTES_MAX)).toString('utf8')
}
