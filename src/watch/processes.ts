import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Gauge, type Registry } from 'prom-client'
import type { GatewayMessage } from '../channel/index.ts'

/** Tells how the processes of this node do, gateways together. */
export function watchProcesses(registers: Registry[]): (gatewayId: string, vitals: GatewayMessage<'vitals'> | undefined) => void {
  const gateways = new Map<string, GatewayMessage<'vitals'>>()
  let gone = NOTHING
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const told = (name: string, help: string, read: () => Readonly<Record<'control' | 'gateway', number>>): Gauge<'process'> =>
    new Gauge({
      ...{ name, help, registers, labelNames: ['process'] as const },
      collect() {
        for (const [process, value] of Object.entries(read())) this.set({ process }, value)
      },
    })
  const all = (): readonly GatewayMessage<'vitals'>[] => [...gateways.values()]
  told('farebox_resident_bytes', 'Memory that processes have, gateways together.', () => ({
    control: process.memoryUsage.rss(),
    gateway: all().reduce((sum, { residentKib }) => sum + residentKib * 1_024, 0),
  }))
  told('farebox_event_loop_late_seconds', 'The 99th percentile of how late event loops were, that of the latest gateway.', () => {
    const control = Math.max(0, delay.percentile(99) / 1e9 - 0.01)
    delay.reset()
    return { control, gateway: Math.max(0, ...all().map(({ loopDelayMicros }) => loopDelayMicros)) / 1e6 }
  })
  told('farebox_cpu_seconds', 'Processor time since control began, of gateways that ended too.', () => {
    const { user, system } = process.cpuUsage()
    return { control: (user + system) / 1e6, gateway: (gone.cpuMillis + all().reduce((sum, { cpuMillis }) => sum + cpuMillis, 0)) / 1_000 }
  })
  new Gauge({
    ...{ name: 'farebox_calls_shed', help: 'Calls refused as their gateway had more to do than it could, since control began.', registers },
    collect() {
      this.set(gone.refused + all().reduce((sum, { refused }) => sum + refused, 0))
    },
  })
  new Gauge({
    ...{ name: 'farebox_connections_handed_over', help: HANDED_OVER, registers },
    collect() {
      this.set(gone.handedOver + all().reduce((sum, { handedOver }) => sum + handedOver, 0))
    },
  })
  return (gatewayId, vitals) => {
    if (vitals !== undefined) return void gateways.set(gatewayId, vitals)
    const { cpuMillis, refused, handedOver } = gateways.get(gatewayId) ?? NOTHING
    gone = { cpuMillis: gone.cpuMillis + cpuMillis, refused: gone.refused + refused, handedOver: gone.handedOver + handedOver }
    gateways.delete(gatewayId)
  }
}

const NOTHING = { cpuMillis: 0, refused: 0, handedOver: 0 }
const HANDED_OVER = 'Connections that brought more than plain calls and so went from the fast path to node:http, since control began.'
