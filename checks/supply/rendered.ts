import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { readConfig } from '../../src/config.ts'
import { ConfigRefusedError, type Problem } from '../../src/spec/index.ts'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import { CHECKOUT } from './made-package.ts'
import { troubleOfOperator } from './operator-inside.ts'
import type { RenderedContainer, RenderedObject } from './rendered-object.ts'
import { troubleOfStartingTwice } from './started-twice.ts'

const CHART = join(CHECKOUT, 'deploy/helm/farebox')
/** The Kubernetes that it is rendered for; a Helm built from its sources knows of none. */
const KUBERNETES = '1.31.0'
const labelled = (matchLabels: Readonly<Record<string, string>>): object => ({ namespaceSelector: { matchLabels } })
const NGINX = labelled({ 'kubernetes.io/metadata.name': 'ingress-nginx' })
/** A way to set the chart up, and what has to come of it: who may call, what ingress and balancer are told, how many may go when a machine is emptied. */
type Variant = {
  readonly given: readonly string[]
  readonly release?: string
  readonly admitted?: readonly object[]
  readonly annotations?: Readonly<Record<string, string>>
  readonly balancer?: Readonly<Record<string, string>>
  readonly budget?: Budget
  /** Who may come to the operator listener; undefined: nobody. */
  readonly scrapedBy?: object
}
type Budget = { readonly minAvailable: number } | { readonly maxUnavailable: number }
/** Ways that take different branches of it. */
const VARIANTS: readonly Variant[] = [
  { given: [], admitted: [NGINX], budget: { minAvailable: 1 } },
  {
    given: ['--set', 'ingress.enabled=true,ingress.className=nginx,replicas=5,storageClass=fast'],
    annotations: {
      'nginx.ingress.kubernetes.io/enable-access-log': 'false',
      'nginx.ingress.kubernetes.io/proxy-body-size': '0',
      'nginx.ingress.kubernetes.io/proxy-read-timeout': '3600',
      'nginx.ingress.kubernetes.io/proxy-request-buffering': 'off',
      'nginx.ingress.kubernetes.io/proxy-send-timeout': '3600',
    },
  },
  { given: ['--set', 'network.egress[0].cidr=160.79.104.0/23,network.egress[0].port=443', '--set-string', 'config=models: []'] },
  { given: ['--set', `network.enabled=false,image.digest=sha256:${'a'.repeat(64)}`] },
  {
    given: ['--set', 'service.type=LoadBalancer,network.fromCidrs={203.0.113.0/24,2001:db8::/32}'],
    admitted: [NGINX, { ipBlock: { cidr: '203.0.113.0/24' } }, { ipBlock: { cidr: '2001:db8::/32' } }],
  },
  {
    given: ['--set', 'service.type=LoadBalancer', '--set-string', 'service.annotations.example\\.com/load-balancer-internal=true'],
    balancer: { 'example.com/load-balancer-internal': 'true' },
  },
  { given: ['--set', 'network.fromNamespaceLabels.team=edge'], admitted: [labelled({ team: 'edge' })] },
  // What is kept of all there are keeps every machine from being emptied, for ever.
  { given: ['--set', 'replicas=1'], budget: { maxUnavailable: 1 } },
  { given: ['--set', 'replicas=3,minAvailable=3'], budget: { maxUnavailable: 1 } },
  { given: ['--set', 'replicas=11,minAvailable=9'], budget: { minAvailable: 9 } },
  {
    given: ['--set', 'metrics.enabled=true,metrics.fromNamespaceLabels.team=watch'],
    scrapedBy: labelled({ team: 'watch' }),
    admitted: [NGINX],
  },
  {
    given: ['--set', 'metrics.enabled=true,metrics.fromNamespaceLabels.team=watch,metrics.fromPodLabels.app=prometheus'],
    scrapedBy: { ...labelled({ team: 'watch' }), podSelector: { matchLabels: { app: 'prometheus' } } },
  },
  // The longest name that Helm takes.
  { given: [], release: `a${'b'.repeat(42)}-${'c'.repeat(9)}` },
]
/** What the schema of the values has to refuse. */
const REFUSED: readonly (readonly string[])[] = [
  ['--set', 'publicUrl=http://api.example.com'],
  ['--set', 'replicas=0'],
  ['--set', 'image.digest=latest'],
  ['--set', 'network.egress[0].cidr=anywhere,network.egress[0].port=443'],
  ['--set', 'network.fromCidrs={anywhere}'],
  ['--set', 'ingress.annotations.a=1'],
  ['--set', 'service.annotations.a=1'],
  ['--set', 'metrics.enabled=true'],
  ['--set', 'metrics.enabled=true,metrics.fromNamespaceLabels.team=watch,network.enabled=false'],
  ['--set', 'unknown=1'],
]
/** Pods are labelled with the name of their set, a dash and a hash of ten; a label has 63 characters. Source: kubernetes/kubernetes#64023. */
const SET_NAME_MAX = 52

/** PKG-02: the chart is rendered by Helm in each of its ways; its pods run as nobody, start again, write nothing but their data, and call what is listed. */
export function rendered(context: CheckContext): Promise<Measured> {
  if (spawnSync('helm', ['version'], { stdio: 'ignore' }).status !== 0) throw new NotRunError('helm is not on this machine')
  const lint = spawnSync('helm', ['lint', '--strict', CHART], { encoding: 'utf8' })
  context.expect(lint.status === 0, `helm lint: ${lint.stdout.slice(-300)}`)
  let documents = 0
  for (const variant of VARIANTS) {
    const { status, stdout, stderr } = template(variant)
    const way = variant.given.join(' ')
    if (!context.expect(status === 0, `${way}: ${stderr.slice(-300)}`)) continue
    const found = parseAllDocuments(stdout)
    for (const { errors } of found) for (const { message } of errors) context.fail(`${way}: ${message}`)
    const objects = found.map((one) => one.toJS({ maxAliasCount: 10 }) as RenderedObject | null).filter((one) => one !== null)
    documents += objects.length
    for (const trouble of troubleOfOperator(objects, variant.scrapedBy)) context.fail(`${way}: ${trouble}`)
    for (const object of objects) {
      expectLocked(context, object)
      expectReached(context, variant, object)
    }
    context.expect(
      objects.some(({ kind }) => kind === 'StatefulSet'),
      'blind: no pods were rendered',
    )
  }
  for (const given of REFUSED) context.expect(template({ given }).status !== 0, `helm takes ${given.join(' ')}`)
  return Promise.resolve({
    n: documents,
    measured: {
      variants: VARIANTS.length,
      refused: REFUSED.length,
      cluster: 'not run: none is here',
      schemasOfKubernetes: 'not run: they lie on a host that is not asked',
      image: 'not run: no container engine is here',
    },
  })
}

const template = ({ given, release = 'try' }: Variant) =>
  spawnSync('helm', ['template', release, CHART, '--kube-version', KUBERNETES, ...given], { encoding: 'utf8' })

/** Whether those who shall call may, and calls come through whole; whether there can be pods of that name at all. */
function expectReached(context: CheckContext, variant: Variant, { kind, metadata, spec }: RenderedObject): void {
  const { given, admitted, annotations, balancer, budget } = variant
  const told = (what: string, found: unknown): string => `${given.join(' ')}: ${what} ${JSON.stringify(found)}`
  const from = spec?.ingress?.[0]?.from
  if (kind === 'NetworkPolicy' && admitted !== undefined) context.expect(isDeepStrictEqual(from, admitted), told('admitted are', from))
  if (kind === 'Ingress')
    context.expect(isDeepStrictEqual(metadata.annotations, annotations), told('the ingress is told', metadata.annotations))
  if (kind === 'Service')
    context.expect(
      isDeepStrictEqual(metadata.annotations, spec?.clusterIP === 'None' ? undefined : balancer),
      told('the balancer is told', metadata.annotations),
    )
  if (kind === 'PodDisruptionBudget' && budget !== undefined) {
    const { selector: _, ...found } = spec ?? {}
    context.expect(isDeepStrictEqual(found, budget), told('the disruption budget is', found))
  }
  if (kind === 'StatefulSet') context.expect(metadata.name.length <= SET_NAME_MAX, told('no pod can have the name', metadata.name))
}

function expectLocked(context: CheckContext, { kind, spec }: RenderedObject): void {
  const pod = spec?.template?.spec
  if (pod !== undefined) {
    context.expect(pod.securityContext.runAsNonRoot && !pod.automountServiceAccountToken, `${kind}: a pod has rights that it does not need`)
    for (const { securityContext: locked } of [...pod.containers, ...pod.initContainers])
      context.expect(
        locked?.readOnlyRootFilesystem === true &&
          !(locked.allowPrivilegeEscalation ?? true) &&
          JSON.stringify(locked.capabilities) === '{"drop":["ALL"]}',
        `${kind}: a container may do more than it needs`,
      )
    for (const { env = [] } of pod.containers)
      for (const { path, got } of refusedOf(env)) context.fail(`${kind}: Farebox does not start, as ${path} is ${got}`)
    for (const { command = [] } of pod.initContainers)
      for (const trouble of troubleOfStartingTwice(command)) context.fail(`${kind}: a pod does not start again; ${trouble}`)
    for (const { readinessProbe, livenessProbe } of pod.containers)
      context.expect(readinessProbe !== undefined && livenessProbe !== undefined, `${kind}: nobody asks whether it lives`)
  }
  for (const { to = [] } of spec?.egress ?? []) context.expect(to.length > 0, `${kind}: anything may be called`)
}

/** What Farebox itself says against the settings of a container; what files hold is not looked at. */
function refusedOf(env: NonNullable<RenderedContainer['env']>): readonly Problem[] {
  try {
    readConfig(Object.fromEntries(env.map(({ name, value }) => [name, value])), { cores: 1, directory: '/', exists: () => true })
    return []
  } catch (thrown) {
    if (!(thrown instanceof ConfigRefusedError)) throw thrown
    return thrown.problems
  }
}
