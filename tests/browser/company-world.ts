import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { SimIssuer } from '../../sim/index.ts'
import { customerApp } from '../../src/api/customer-app.ts'
import { operatorApp } from '../../src/api/operator-app.ts'
import { send, testWorld } from '../../src/api/test-world.ts'
import { createTestDatabase, type TestDatabase } from '../../src/db/testing.ts'
import { makeIdentity } from '../../src/identity/index.ts'
import { askIssuer } from '../../src/issuers/index.ts'
import { openTeamIssuers } from '../../src/sign-on/index.ts'

/** The dashboard of a house whose teams may have issuers: a database, name servers in memory, and the issuer of a company at a public address. */
export type CompanyWorld = {
  readonly base: string
  readonly kit: TestDatabase
  /** TXT records, by name. */
  readonly zone: Map<string, readonly string[]>
  readonly stop: () => Promise<void>
}

/** Starts it; the company's issuer is `sim`, which answers under its public address. */
export async function startCompanyWorld(sim: SimIssuer): Promise<CompanyWorld> {
  const kit = await createTestDatabase()
  const world = testWorld(kit.appDatabase)
  // What has ended by the clock of the database has ended, so this one may only be ahead of it.
  world.clock.at = Date.now() + 60_000
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  const base = `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}`
  const { subjects, ids, log, ledger } = world.dependencies
  const issuers = openTeamIssuers({
    ...{ database: kit.appDatabase, sealing: subjects, clock: { monotonic: () => 0 } },
    ask: (question) => askIssuer({ ...question, url: question.url.replace(sim.url, sim.place) }),
  })
  const identity = makeIdentity({
    ...{ database: kit.appDatabase, subjects, ids, log, clock: { now: () => world.clock.at }, ipTags: { ipTag: async () => undefined } },
    ...{ random: randomBytes, service: 'shop', scheme: 'argon2id', mailer: undefined, publicUrl: base, teamIssuers: issuers },
    openLedgerAccount: (id) => ledger.openAccount(id),
  })
  const zone = new Map<string, readonly string[]>()
  const signOn = { issuers, textRecords: async (name: string) => zone.get(name) ?? [] }
  const dependencies = { ...world.dependencies, identity, signOn, publicUrl: base }
  await sellAModel((line, body) => send(operatorApp(dependencies), line, { body }))
  const listener = getRequestListener(customerApp(dependencies).fetch)
  server.on('request', (request, response) => void listener(request, response))
  return { base, kit, zone, stop: async () => void (await Promise.all([closed(server), kit.drop()])) }
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

async function sellAModel(put: (line: string, body: object) => Promise<{ readonly status: number; readonly text: string }>): Promise<void> {
  const upstream = { kind: 'openai', base_url: 'https://api.openai.com', placement: 'third_party' }
  const model = { context: 1_000, output_max: 500, routes: [{ upstream: 'openai', model: 'm' }], price: { input: '3.00', output: '15.00' } }
  for (const [line, body] of [
    ['PUT /operator/v1/upstreams/openai', upstream],
    ['PUT /operator/v1/models/m', model],
  ] as const) {
    const { status, text } = await put(line, body)
    if (status >= 300) throw new Error(`${line}: ${text}`)
  }
}
