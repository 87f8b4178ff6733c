import { nanoOf, showUsd, usdOf } from '../money.ts'
import { type Bytes, base64urlOf, bytesOfBase64url, bytesOfHex, bytesOfText, hexOf, joined } from './bytes.ts'
import { canonicalJson, type Plain } from './canonical-json.ts'
import { climb, hashLeaf, sha256 } from './merkle.ts'
import type { PublishedKey, PublishedPrice, PublishedRoot, Receipt, ReceiptCall } from './shape.ts'
import { addUp, coveredOf, exactUsd, type SumLine } from './sum.ts'

/** What a receipt is held against; what was not published, or could not be fetched, is undefined. */
export type Evidence = {
  readonly keys: readonly PublishedKey[] | undefined
  readonly dayRoots: readonly PublishedRoot[] | undefined
  readonly price: PublishedPrice | undefined
}

/** The steps in which a receipt is checked, in their order. */
export const STEPS = ['sum', 'hold', 'rates', 'path', 'signature', 'day'] as const
export type StepName = (typeof STEPS)[number]

/** How a step ended: it holds, it is broken, or it cannot be told yet or here. `figures` are what was compared, for people to compare too. */
export type CheckedStep = { readonly name: StepName; readonly state: 'holds' | 'broken' | 'open'; readonly figures: readonly string[] }

/** Checks a receipt in the browser, asking the server nothing: each step by itself, so that it is seen which one breaks. */
export async function verifyReceipt(receipt: Receipt, evidence: Evidence): Promise<readonly CheckedStep[]> {
  const steps: Readonly<Record<StepName, () => Promise<CheckedStep> | CheckedStep>> = {
    sum: () => checkSum(receipt),
    hold: () => checkHold(receipt.call),
    rates: () => checkRates(receipt.call, evidence.price),
    path: () => checkPath(receipt),
    signature: () => checkSignature(receipt, evidence.keys),
    day: () => checkDay(receipt, evidence.dayRoots),
  }
  return await Promise.all(STEPS.map(async (name) => await runStep(name, steps[name])))
}

/** A receipt in which something has another shape than it ought to have is broken there. */
async function runStep(name: StepName, run: () => Promise<CheckedStep> | CheckedStep): Promise<CheckedStep> {
  try {
    return await run()
  } catch {
    return told(name, 'broken', [])
  }
}

const told = (name: StepName, state: CheckedStep['state'], figures: readonly string[]): CheckedStep => ({ name, state, figures })
const holdsIf = (name: StepName, isSo: boolean, figures: readonly string[]): CheckedStep => told(name, isSo ? 'holds' : 'broken', figures)

function checkSum({ call, sum }: Receipt): CheckedStep {
  const [{ lines, price, exact, multiplier }, covered] = [addUp(call), coveredOf(call)]
  const paid = BigInt(call.cost_nano_usd) + covered
  const isOne = covered === 0n || call.cost_nano_usd === '0'
  const figures = [price, paid + BigInt(call.shortfall_nano_usd)].map((nano) => showUsd(usdOf(nano)))
  if (sum === undefined) return holdsIf('sum', call.version === 1 && paid + BigInt(call.shortfall_nano_usd) === price, figures)
  const shown = new Map(sum.lines.map((line) => [line.class as string, line]))
  const isShown = lines.every((line) => isSameLine(line, shown.get(line.name))) && shown.size === lines.length
  const amounts = [sum.price, sum.cost, sum.covered ?? '0', sum.shortfall, sum.hold].map(nanoOf)
  const ours = [price, BigInt(call.cost_nano_usd), covered, BigInt(call.shortfall_nano_usd), BigInt(call.hold_nano_usd)]
  const isSum = isShown && amounts.every((amount, index) => amount === ours[index]) && sum.exact === exactUsd(exact, 21)
  const isPaid = paid + BigInt(call.shortfall_nano_usd) === price && isOne
  return holdsIf('sum', isSum && isPaid && nanoOf(sum.multiplier) / 1_000n === multiplier, figures)
}

const isSameLine = ({ count, rate, product, isPiece }: SumLine, shown: NonNullable<Receipt['sum']>['lines'][number] | undefined): boolean =>
  shown?.count === count &&
  nanoOf(shown.rate) === rate &&
  shown.product === exactUsd(product, 15) &&
  shown.unit === (isPiece ? 'piece' : 'million tokens')

function checkHold(call: ReceiptCall): CheckedStep {
  const [paid, hold] = [BigInt(call.cost_nano_usd) + coveredOf(call), BigInt(call.hold_nano_usd)]
  return holdsIf(
    'hold',
    paid <= hold,
    [paid, hold].map((nano) => showUsd(usdOf(nano))),
  )
}

/** Whether the rates are those of the price that was published, on the card that applied. */
function checkRates(call: ReceiptCall, price: PublishedPrice | undefined): CheckedStep {
  const version = `#${call.price_version}`
  if (price === undefined) return told('rates', 'open', [version])
  const tier = call.version === 2 ? call.card.service_tier : 'standard'
  const above = call.version === 2 ? call.card.prompt_above : 0
  const card = price.cards.find((one) => one.service_tier === tier && one.prompt_above === above)
  const rates = Object.entries(call.rates as Readonly<Record<string, string>>)
  const isSame = card !== undefined && rates.every(([name, rate]) => nanoOf(card.rates[name] ?? '') === BigInt(rate))
  return holdsIf('rates', isSame && price.version === call.price_version, [version])
}

type Claims = { readonly root?: unknown; readonly day?: unknown }

/** A compact JWS in its parts, in the one spelling that is ours. Source: RFC 7515 §3.1 (2015-05, read 2026-11-26). */
function readJws(text: string) {
  const [header = '', body = '', tail = '', ...more] = text.split('.')
  const [headerBytes, payload, signature] = [header, body, tail].map(bytesOfBase64url)
  if (headerBytes === undefined || payload === undefined || signature === undefined || more.length > 0) return undefined
  const kid = /^\{"alg":"EdDSA","kid":"([\w-]{1,100})"\}$/.exec(new TextDecoder().decode(headerBytes))?.[1]
  if (kid === undefined) return undefined
  const claims = JSON.parse(new TextDecoder().decode(payload)) as Claims
  return { kid, claims, signed: bytesOfText(`${header}.${body}`), signature }
}

/** Whether the call leads to the root that was signed, for the day it is charged to. */
async function checkPath({ call, batch }: Receipt): Promise<CheckedStep> {
  const claims = readJws(batch.jws)?.claims
  const root = hexOf(await climb(await hashLeaf(bytesOfText(canonicalJson(call as Plain))), batch.path))
  return holdsIf('path', claims?.root === root && claims.day === call.day, [root, typeof claims?.root === 'string' ? claims.root : ''])
}

/** Whether a published key signed it; a key counts under its own thumbprint alone. Source: RFC 8037 §3.1 (2017-01), RFC 7638 §3 (2015-09), read 2026-11-26. */
async function checkSignature({ batch }: Receipt, keys: readonly PublishedKey[] | undefined): Promise<CheckedStep> {
  const jws = readJws(batch.jws)
  if (jws === undefined) return told('signature', 'broken', [])
  if (keys === undefined) return told('signature', 'open', [jws.kid])
  const key = keys.find(({ kid }) => kid === jws.kid)
  if (key === undefined || (await thumbprintOf(key.x)) !== jws.kid) return told('signature', 'broken', [jws.kid])
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.x }
  const publicKey = await crypto.subtle.importKey('jwk', jwk, { name: 'Ed25519' }, false, ['verify']).catch(() => undefined)
  if (publicKey === undefined) return told('signature', 'open', [jws.kid])
  return holdsIf('signature', await crypto.subtle.verify({ name: 'Ed25519' }, publicKey, jws.signature, jws.signed), [jws.kid])
}

const thumbprintOf = async (x: string): Promise<string> =>
  base64urlOf(await sha256(bytesOfText(canonicalJson({ crv: 'Ed25519', kty: 'OKP', x }))))

/** Whether the batch leads to the root that was published for the day; a day that is not closed has none yet. */
async function checkDay({ call, batch, day }: Receipt, published: readonly PublishedRoot[] | undefined): Promise<CheckedStep> {
  if (day === null) return told('day', 'open', [call.day])
  const leaf: Bytes = await hashLeaf(joined(bytesOfHex(day.salt), bytesOfText(batch.jws)))
  const root = hexOf(await climb(leaf, day.path))
  if (root !== day.root) return told('day', 'broken', [call.day, root])
  const known = published?.find((one) => one.day === call.day)
  if (known === undefined) return told('day', 'open', [call.day, root])
  return holdsIf('day', known.root === day.root && known.salt === day.salt, [call.day, root])
}
