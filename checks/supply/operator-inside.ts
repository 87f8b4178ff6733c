import { isDeepStrictEqual } from 'node:util'
import type { RenderedObject } from './rendered-object.ts'

const SETTING = 'FAREBOX_OPERATOR_LISTEN'
/** The port that customers come to; whatever another one leads to is the operator's. */
const PUBLIC = 'public'
const OPERATOR = { name: 'operator', containerPort: 8081 }

/**
 * What is wrong with who comes to the operator listener of rendered pods. Nobody does where `scrapedBy` is undefined; else the listener has the
 * address of its pod, those alone are let in to its port, and every pod is found by a name, also one that is not ready.
 */
export function troubleOfOperator(objects: readonly RenderedObject[], scrapedBy: object | undefined): readonly string[] {
  const isScraped = scrapedBy !== undefined
  const wanted = {
    listens: isScraped ? [`0.0.0.0:${OPERATOR.containerPort}`] : [],
    ports: isScraped ? [OPERATOR] : [],
    rules: isScraped ? [{ from: [scrapedBy], ports: [{ protocol: 'TCP', port: OPERATOR.name }] }] : [],
    doors: isScraped ? [{ type: 'ClusterIP', clusterIP: 'None', isForUnready: true, to: [OPERATOR.name] }] : [],
  }
  const found = { ...listening(objects), rules: rulesIn(objects), doors: doorsIn(objects) }
  return (['listens', 'ports', 'rules', 'doors'] as const).flatMap((part) =>
    isDeepStrictEqual(found[part], wanted[part]) ? [] : [`the operator listener has ${part} ${JSON.stringify(found[part])}`],
  )
}

function listening(objects: readonly RenderedObject[]) {
  const containers = objects.flatMap(({ spec }) => spec?.template?.spec.containers ?? [])
  return {
    listens: containers.flatMap(({ env = [] }) => env.filter(({ name }) => name === SETTING).map(({ value }) => value)),
    ports: containers.flatMap(({ ports = [] }) => ports.filter(({ name }) => name !== PUBLIC)),
  }
}

const rulesIn = (objects: readonly RenderedObject[]) =>
  objects.flatMap(({ spec }) => (spec?.ingress ?? []).filter(({ ports = [] }) => ports.length === 0 || !leadToPublic(ports, 'port')))

const doorsIn = (objects: readonly RenderedObject[]) =>
  objects
    .filter(({ kind, spec }) => kind === 'Service' && !leadToPublic(spec?.ports ?? [], 'targetPort'))
    .map(({ spec }) => ({
      type: spec?.type,
      clusterIP: spec?.clusterIP,
      isForUnready: spec?.publishNotReadyAddresses,
      to: spec?.ports?.map(({ targetPort }) => targetPort),
    }))

const leadToPublic = <Name extends string>(ports: readonly { readonly [Key in Name]: string | number }[], name: Name): boolean =>
  ports.every((port) => port[name] === PUBLIC)
