// Guarantee: a chart that lets anybody else to the operator listener than was asked for is found out.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { troubleOfOperator } from './operator-inside.ts'
import type { RenderedObject } from './rendered-object.ts'

const PROMETHEUS = { namespaceSelector: { matchLabels: { team: 'watch' } } }
const CUSTOMERS = { from: [{}], ports: [{ protocol: 'TCP', port: 'public' }] }
const metadata = { name: 'try' }

type Policy = NonNullable<NonNullable<RenderedObject['spec']>['ingress']>
const policy = (ingress: Policy): RenderedObject => ({ kind: 'NetworkPolicy', metadata, spec: { ingress } })
const service = (spec: RenderedObject['spec'] & object): RenderedObject => ({ kind: 'Service', metadata, spec })
const pods = (env: readonly { readonly name: string; readonly value: string }[], operatorPorts: readonly number[]): RenderedObject => ({
  ...{ kind: 'StatefulSet', metadata },
  spec: {
    template: {
      spec: {
        ...{ initContainers: [], automountServiceAccountToken: false, securityContext: { runAsNonRoot: true } },
        containers: [
          {
            env,
            ports: [
              { name: 'public', containerPort: 8080 },
              ...operatorPorts.map((containerPort) => ({ name: 'operator', containerPort })),
            ],
          },
        ],
      },
    },
  },
})

const LISTENS = [{ name: 'FAREBOX_OPERATOR_LISTEN', value: '0.0.0.0:8081' }]
const RULE = { from: [PROMETHEUS], ports: [{ protocol: 'TCP', port: 'operator' }] }
const SHOP = service({ type: 'LoadBalancer', ports: [{ targetPort: 'public' }] })
const NAMED = service({ type: 'ClusterIP', clusterIP: 'None', publishNotReadyAddresses: true, ports: [{ targetPort: 'operator' }] })
const CLOSED = [pods([], []), policy([CUSTOMERS]), SHOP]
const OPEN = [pods(LISTENS, [8081]), policy([CUSTOMERS, RULE]), SHOP, NAMED]

test('pods whose operator listener is on loopback, or is open to whom it was meant for, are taken', () => {
  assert.deepEqual(troubleOfOperator(CLOSED, undefined), [])
  assert.deepEqual(troubleOfOperator(OPEN, PROMETHEUS), [])
})

test('each way in that was not asked for is told, and each that is missing', () => {
  assert.equal(troubleOfOperator(OPEN, undefined).length, 4)
  assert.equal(troubleOfOperator(CLOSED, PROMETHEUS).length, 4)
  const faults: readonly (readonly RenderedObject[])[] = [
    [pods(LISTENS, []), policy([CUSTOMERS]), SHOP],
    [pods([], []), policy([CUSTOMERS, RULE]), SHOP],
    [pods([], []), policy([CUSTOMERS, { from: [{}] }]), SHOP],
    [pods([], []), policy([{ ...CUSTOMERS, ports: [{ port: 'public' }, { port: 8081 }] }]), SHOP],
    [pods([], []), policy([CUSTOMERS]), service({ type: 'LoadBalancer', ports: [{ targetPort: 'public' }, { targetPort: 8081 }] })],
  ]
  for (const [index, fault] of faults.entries()) assert.equal(troubleOfOperator(fault, undefined).length, 1, String(index))
  const another = [pods(LISTENS, [8081]), policy([CUSTOMERS, { ...RULE, from: [{}] }]), SHOP, NAMED]
  assert.match(troubleOfOperator(another, PROMETHEUS).join(), /^the operator listener has rules /)
})
