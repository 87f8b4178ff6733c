/**
 * A gateway as it runs, with a control process that only grants and takes down: for checks that want many calls and know what each has to
 * come to. Holds no money and no database.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AUTHORIZE_STATUSES,
  type CONTROL_MESSAGES,
  type ControlMessage,
  type GATEWAY_MESSAGES,
  type GatewayMessage,
  Link,
  makeCodec,
  NONE_U32,
  REFUSAL_REASONS,
  SPELLED_CONTROL,
  SPELLED_GATEWAY,
} from '../src/channel/index.ts'
import { type Outside, startGateway } from '../src/gateway/index.ts'
import { type Catalog, encodeCatalog, MULTIPLIER_ONE, mintSecret } from '../src/spec/index.ts'
import { until } from './parallel.ts'

export type LoneGateway = {
  /** The public listener, such as http://127.0.0.1:12345. */
  readonly base: string
  /** A key that it takes. */
  readonly key: string
  /** Every settlement so far. */
  readonly settled: readonly GatewayMessage<'settle'>[]
  /** Gives it another catalogue; what comes after is served by that. */
  readonly publish: (catalog: Catalog) => Promise<void>
  readonly close: () => Promise<void>
}

const codec = { gateway: makeCodec(SPELLED_GATEWAY), control: makeCodec(SPELLED_CONTROL) }
const ACCOUNT = '00000000-0000-7000-8000-00000000000a'
const KEY_ID = '00000000-0000-7000-8000-00000000000b'
const NO_BUDGET = { budgetOwner: 0, budgetWindow: 0, budget: 0n, budgetEndsAt: 0 }
const NO_LIMITS = {
  ...{ limitRequests: NONE_U32, remainingRequests: 0, resetRequestsMs: 0 },
  ...{ limitTokens: NONE_U32, remainingTokens: 0, resetTokensMs: 0 },
}

type ControlLink = Link<typeof CONTROL_MESSAGES, typeof GATEWAY_MESSAGES>

/** What a lone gateway may have of its own: the internet that its fetcher sees, holds that are refused for want of credit, calls without a key. */
export type LoneOptions = {
  readonly outside?: Outside
  readonly refuses?: (hold: GatewayMessage<'hold'>) => boolean
  /** Left out, settlements are kept; a run of very many calls has no use for them. */
  readonly forgetsSettled?: true
  /** On which terms it sells calls without a key, and what is answered to their payments. */
  readonly keyless?: LoneTill
}

/** Who sells calls without a key, and says of each payment whether it is taken. */
export type LoneTill = {
  readonly terms: ControlMessage<'keyless'>
  readonly pay: (message: GatewayMessage<'pay'>) => Promise<ControlMessage<'paid'>>
}

/** Starts it with a catalogue; `firstByteMs` bounds how long it waits for upstreams. */
export async function startLoneGateway(catalog: Catalog, firstByteMs = 5_000, options: LoneOptions = {}): Promise<LoneGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-lone-'))
  const settled: GatewayMessage<'settle'>[] = []
  const links: ControlLink[] = []
  const channel = net.createServer((socket) => {
    const link = linkOf(socket, settled, options)
    links.push(link)
    link.send('welcome', { ipSalt: 1, isSoldToWallets: 0 })
    if (options.keyless !== undefined) link.send('keyless', options.keyless.terms)
    link.sendText(encodeCatalog(catalog))
  })
  const channelPath = join(folder, 'channel.sock')
  await new Promise<void>((resolve) => channel.listen(channelPath, () => resolve()))
  const handle = net.createServer()
  await new Promise<void>((resolve) => handle.listen(0, '127.0.0.1', () => resolve()))
  const address = handle.address()
  const base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  const controlHttpPath = join(folder, 'http.sock')
  const bounds = {
    bodyBytesMax: 1_000_000,
    connectMs: 1_000,
    firstByteMs,
    wholeAnswerMs: firstByteMs,
    idleMs: firstByteMs,
    sessionIdleMs: firstByteMs,
  }
  const gateway = startGateway(
    {
      ...{ gatewayId: '00000000-0000-7000-8000-000000000001', channelPath, drainMs: 0 },
      settings: { ...bounds, controlHttpPath, trustedProxies: [], isEdgeOnly: false, tls: undefined },
    },
    [handle],
    options.outside,
  )
  const key = mintSecret(Buffer.alloc(32, 7))
  const knows = (model: string): Promise<boolean> => knowsModel({ base, key, model })
  const publish = async (next: Catalog): Promise<void> => {
    for (const link of links) link.sendText(encodeCatalog(next))
    const model = next.models[0]?.id ?? ''
    await until(
      () => knows(model),
      (isKnown) => isKnown,
      5_000,
    )
  }
  await until(
    () => knows(catalog.models[0]?.id ?? ''),
    (isKnown) => isKnown,
    5_000,
  )
  return {
    ...{ base, key, settled, publish },
    close: async () => {
      await gateway.drain(0)
      channel.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function linkOf(
  socket: net.Socket,
  settled: GatewayMessage<'settle'>[],
  { refuses = () => false, keyless, forgetsSettled }: LoneOptions,
): ControlLink {
  const ignore = (): void => {}
  const link: ControlLink = new Link({
    ...{ socket, out: codec.control, in: codec.gateway, onClose: ignore },
    handlers: {
      ...{
        hello: ignore,
        renew: ignore,
        progress: ignore,
        resumed: ignore,
        timed: ignore,
        routeHealth: ignore,
        keyHealth: ignore,
        vitals: ignore,
      },
      authorize: ({ seq }) => {
        const bound = { isModelBound: 0, isRouteBound: 0, isAddressBound: 0, expiresInMs: 0, multiplier: MULTIPLIER_ONE }
        link.send('authorized', { seq, status: AUTHORIZE_STATUSES.indexOf('ok'), keyId: KEY_ID, accountId: ACCOUNT, ...bound })
      },
      hold: (message) => {
        const { seq } = message
        const credit = { reason: REFUSAL_REASONS.indexOf('credit'), retryAfterMs: 0, limit: 0, ...NO_BUDGET }
        if (refuses(message)) link.send('refused', { seq, ...credit, ...NO_LIMITS })
        else link.send('granted', { seq, day: 20_000, heldAt: 0, ...NO_LIMITS })
      },
      pay: (message) => void keyless?.pay(message).then((answer) => link.send('paid', answer)),
      settle: (message) => {
        if (forgetsSettled === undefined) settled.push(message)
        link.send('settled', { seq: message.seq })
      },
    },
  })
  return link
}

type Question = { readonly base: string; readonly key: string; readonly model: string }

async function knowsModel({ base, key, model }: Question): Promise<boolean> {
  const answer = await fetch(`${base}/v1/models/${model}`, { headers: { authorization: `Bearer ${key}` } })
  await answer.arrayBuffer()
  return answer.ok
}
