import { randomBytes } from 'node:crypto'
import { HDKey } from 'viem/accounts'
import { SimChain, type SimChainServer, simEndpoint, simTransfer, startSimChain } from '../../../sim/index.ts'
import { connect } from '../../../src/db/index.ts'
import { stopTestServer } from '../../../src/db/testing.ts'
import { ExtendedKeyError, makeAddressBook, openAddressTree } from '../../../src/payments/rails/usdc/index.ts'
import { type CheckContext, type Measured, NotRunError } from '../../harness/index.ts'
import { until } from '../../parallel.ts'
import { ByteSearch, type Pattern } from '../../privacy/byte-search.ts'
import { PlaceSearch } from '../../privacy/places.ts'
import { canariesInMemory } from '../../privacy/process-memory.ts'
import { startWorld, type World } from '../../world.ts'
import { openUsdcStore } from './store.ts'
import { openUsdcWorld, PAYER, TOKEN } from './world.ts'

const PARALLEL = 12

/**
 * MON-17: addresses of an xpub are each given once, also to many who ask at once; a private key is refused. In the larger sizes a server takes
 * a deposit on such an address while neither its memory, nor its environment, nor any of its files holds the seed or a private key of it.
 */
export async function custody(context: CheckContext): Promise<Measured> {
  const seed = randomBytes(32)
  const root = HDKey.fromMasterSeed(seed)
  const account = root.derive("m/44'/60'/0'")
  const tree = await openAddressTree(account.publicExtendedKey)
  const addresses = new Set<string>()
  for (let index = 0; index < context.n; index += 1) addresses.add(tree.addressAt(index))
  context.expect(addresses.size === context.n, `${context.n - addresses.size} addresses of ${context.n} collide`)
  const refused = await openAddressTree(account.privateExtendedKey).then(
    () => false,
    (thrown: unknown) => thrown instanceof ExtendedKeyError,
  )
  context.expect(refused, 'a private key was taken')
  const given = await giveInParallel(context)
  const patterns = patternsOf(seed, root)
  const looked = context.tier === 'pr' ? undefined : await lookIntoServer(context, account.publicExtendedKey, patterns)
  return { n: context.n, measured: { addresses: addresses.size, given_in_parallel: given, ...looked } }
}

/** Many accounts at once, and each several times at once: as many addresses as accounts. */
async function giveInParallel(context: CheckContext): Promise<number> {
  const store = await openUsdcStore()
  try {
    const { parts } = openUsdcWorld(store)
    const accounts = await Promise.all(Array.from({ length: PARALLEL }, async () => (await store.money.newCustomer(0n)).accountId))
    const asked = await Promise.all([...accounts, ...accounts, ...accounts].map((id) => parts.book.addressOf(id, store.clock.now())))
    const known = new Set(asked)
    context.expect(known.size === PARALLEL, `${PARALLEL} accounts have ${known.size} addresses`)
    for (const [index, address] of asked.entries())
      context.expect(address === asked[index % PARALLEL], 'an account was given two addresses')
    return known.size
  } finally {
    await store.close()
    await stopTestServer()
  }
}

/** What only the owner of the wallet has, as bytes and as it is written. */
function patternsOf(seed: Buffer, root: HDKey): readonly Pattern[] {
  const keys = ['m', "m/44'/60'/0'", "m/44'/60'/0'/0", "m/44'/60'/0'/0/0", "m/44'/60'/0'/0/1"].map((path) => root.derive(path))
  const secrets = [seed, ...keys.map(({ privateKey }) => Buffer.from(privateKey ?? []))]
  const written = keys.map(({ privateExtendedKey }) => Buffer.from(privateExtendedKey))
  const texts = secrets.map((bytes) => Buffer.from(bytes.toString('hex')))
  return [...secrets, ...written, ...texts].map((bytes, index) => ({ bytes, canary: `secret ${index}`, form: 'as it is' }))
}

async function lookIntoServer(
  context: CheckContext,
  xpub: string,
  patterns: readonly Pattern[],
): Promise<Readonly<Record<string, number>>> {
  if (canariesInMemory(process.pid, new ByteSearch(patterns)) === undefined)
    throw new NotRunError('the memory of processes may not be read here')
  const chain = new SimChain({ chainId: 8453, token: TOKEN })
  const endpoint = await startSimChain(simEndpoint(chain))
  const world = await startWorld({
    payments: { usdc: { xpub, chains: [{ id: 8453, name: 'Base', rpc: [endpoint.url] }], poll_seconds: 1 } },
  })
  try {
    await takeDeposit(context, { world, chain, xpub })
    const known = { bytes: Buffer.from(xpub), canary: 'xpub', form: 'as it is' }
    const search = new ByteSearch([...patterns, known])
    const found = world.processes().flatMap(({ pid }) => [...(canariesInMemory(pid, search) ?? [])])
    context.expect(found.includes('xpub'), 'blind: the xpub is not seen in the memory of the server')
    const secrets = found.filter((canary) => canary !== 'xpub')
    context.expect(secrets.length === 0, `${secrets.length} secrets of the wallet are in the memory of the server`)
    const places = new PlaceSearch(patterns)
    for (const { pid } of world.processes()) places.file(`/proc/${pid}/environ`)
    places.folder(world.directory)
    context.expect(places.found.length === 0, `secrets of the wallet are in ${places.found.map(({ place }) => place).join(', ')}`)
    return { processes: world.processes().length, file_bytes: places.bytesSearched }
  } finally {
    await stop(world, endpoint)
  }
}

type Paying = { readonly world: World; readonly chain: SimChain; readonly xpub: string }

/** The positive control of the whole: a deposit to a derived address is credited by the running server. */
async function takeDeposit(context: CheckContext, { world, chain, xpub }: Paying): Promise<void> {
  const { id: accountId } = await world.operator.customer('1.00')
  const database = connect({ connection: world.connection(), role: 'farebox_app', poolMax: 1 })
  try {
    const book = makeAddressBook({ database, tree: await openAddressTree(xpub), firstIndex: 0 })
    const address = await book.addressOf(accountId, Date.now())
    chain.mine([chain.tx([simTransfer({ token: TOKEN, from: PAYER, to: address, units: 2_500_000n })])])
    chain.mine()
    chain.finalized = chain.latest
    const available = await until(
      async () => (await world.operator.balance(accountId)).available,
      (now) => now === 3_500_000_000n,
      30_000,
    )
    context.expect(available === 3_500_000_000n, `a deposit of 2.50 to an account with 1.00 makes ${available} nano-USD`)
  } finally {
    await database.end()
  }
}

async function stop(world: World, endpoint: SimChainServer): Promise<void> {
  await world.stop()
  await endpoint.close()
}
