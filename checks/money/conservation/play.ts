import { setTimeout as delay, setImmediate } from 'node:timers/promises'
import { settleTestEstate, TestGateway } from '../../../src/control/testing.ts'
import { NO_USAGE, type Usage } from '../../../src/spec/index.ts'
import { closeDay, move } from './moves.ts'
import type { Step } from './steps.ts'
import { at, type Node, type Play, startControlOf, startNode } from './world.ts'

const UNANSWERED_MS = 3
const PATIENCE_MS = 20_000

/** Plays one step of a history; most of what it sets off goes on while the next are played. */
export async function take(play: Play, step: Step): Promise<void> {
  if (step.kind === 'pass') return await delay(step.millis)
  if (step.kind === 'deposit' || step.kind === 'refund' || step.kind === 'dispute' || step.kind === 'reverse') return await move(play, step)
  if (step.kind === 'close-day') return await closeDay(play, step)
  if (step.kind === 'price') return void play.prices.push(await play.lane.store.newPrice(BigInt(step.rate)))
  if (step.kind === 'expire') return expire(play, step.seconds)
  const node = at(play.nodes, step.node)
  const gateway = at(node.gateways, step.gateway)
  if (step.kind === 'crash') return await crash(play, node, step)
  if (step.kind === 'node-lost') return await loseNode(play, node)
  if (step.kind === 'fault') return node.control.faults.plan(step.operations, step.fault)
  if (step.kind === 'gateway-lost') return replaceGateway(play, node, gateway)
  if (step.kind === 'bounce') return await bounce(node, gateway, step.millis)
  if (step.kind === 'hold') {
    // Calls that begin after a price changed have the new one, if it is picked.
    gateway.hold({ customer: at(play.customers, step.customer), price: at(play.prices, step.price), hold: BigInt(step.hold) })
    return
  }
  const seq = [...gateway.open.keys()].at(step.call % Math.max(1, gateway.open.size))
  if (seq === undefined) return
  if (step.kind === 'settle') gateway.settle(seq, usageOf(step.tokens))
  else if (step.kind === 'progress') gateway.progress(seq, usageOf(step.tokens))
  else gateway.settle(seq, NO_USAGE)
}

const usageOf = (tokens: number): Usage => (tokens === 0 ? NO_USAGE : { ...NO_USAGE, input: tokens >> 1, output: tokens - (tokens >> 1) })

/** Time goes by: idle slices go back, long calls are written down. */
function expire(play: Play, seconds: number): void {
  play.lane.clock.forward(seconds * 1000)
  for (const { control } of play.nodes) {
    control.slices.releaseIdle()
    control.desk.writeLongCalls()
  }
}

/**
 * Control dies at once, or after something that it asked for has happened without its knowing; its gateways perhaps with it. A new one
 * takes over; a hasty one does not wait for gateways to come back.
 */
async function crash(play: Play, node: Node, how: Extract<Step, { readonly kind: 'crash' }>): Promise<void> {
  if (how.unanswered !== undefined) {
    node.control.faults.plan(how.unanswered, 'silent')
    await delay(UNANSWERED_MS)
  }
  node.control.faults.kill()
  for (const gateway of node.gateways) gateway.disconnect()
  node.control = await startControlOf(play, node.id)
  node.isInheriting = true
  if (!how.isAlone) node.gateways = node.gateways.map(() => new TestGateway(play.told, play.lane.clock))
  if (how.isHasty) void endInheritance(node)
  for (const gateway of node.gateways) {
    await setImmediate()
    if (!gateway.isConnected && !gateway.isDead) gateway.connect(node.control)
  }
  void endInheritance(node)
}

async function endInheritance(node: Node): Promise<void> {
  const { control } = node
  await control.desk.endInheritance()
  if (node.control === control) node.isInheriting = false
}

/** A whole node dies for good; another settles what it left, and a new one takes its calls. */
async function loseNode(play: Play, node: Node): Promise<void> {
  node.control.faults.kill()
  for (const gateway of node.gateways) gateway.disconnect()
  await settleTestEstate(play.lane.store, node.id, play.events)
  Object.assign(node, await startNode(play))
}

function replaceGateway(play: Play, node: Node, gateway: TestGateway): void {
  gateway.die(node.control)
  const fresh = new TestGateway(play.told, play.lane.clock)
  node.gateways = node.gateways.map((other) => (other === gateway ? fresh : other))
  fresh.connect(node.control)
}

async function bounce(node: Node, gateway: TestGateway, millis: number): Promise<void> {
  gateway.disconnect()
  await delay(millis)
  if (!gateway.isDead) gateway.connect(node.control)
}

/** Everything is well again: what is open ends, what is held comes back. Throws when it does not. */
export async function finish(play: Play): Promise<void> {
  for (const { control } of play.nodes) control.faults.heal()
  const until = Date.now() + PATIENCE_MS
  const gateways = () => play.nodes.flatMap((node) => node.gateways)
  const isQuiet = ({ control, isInheriting }: Node) => control.desk.openCount + control.asking === 0 && !isInheriting
  await Promise.all(play.moving)
  while (!gateways().every((gateway) => gateway.isIdle) || !play.nodes.every(isQuiet)) {
    if (Date.now() > until) throw new Error('a call is left open, or a settlement without an acknowledgement')
    for (const gateway of gateways()) for (const seq of gateway.open.keys()) gateway.settle(seq, usageOf(7))
    await delay(1)
  }
  for (;;) {
    for (const { control } of play.nodes) {
      await control.writer.drain()
      control.slices.releaseIdle({ isAll: true })
      await control.writer.drain()
    }
    if (!play.nodes.some(({ control }) => Object.values(control.slices.totals()).some((amount) => amount !== 0n))) return
    if (Date.now() > until) throw new Error('money is held that no call holds any more')
    await delay(1)
  }
}
