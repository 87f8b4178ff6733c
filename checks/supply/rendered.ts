import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import { CHECKOUT } from './made-package.ts'
import { troubleOfStartingTwice } from './started-twice.ts'

const CHART = join(CHECKOUT, 'deploy/helm/farebox')
/** The Kubernetes that it is rendered for; a Helm built from its sources knows of none. */
const KUBERNETES = '1.31.0'
/** Ways to set the chart up that take different branches of it. */
const VARIANTS: readonly (readonly string[])[] = [
  [],
  ['--set', 'ingress.enabled=true,ingress.className=nginx,replicas=5,storageClass=fast'],
  ['--set', 'network.egress[0].cidr=160.79.104.0/23,network.egress[0].port=443', '--set-string', 'config=models: []'],
  ['--set', `network.enabled=false,image.digest=sha256:${'a'.repeat(64)}`],
]
/** What the schema of the values has to refuse. */
const REFUSED: readonly (readonly string[])[] = [
  ['--set', 'publicUrl=http://api.example.com'],
  ['--set', 'replicas=0'],
  ['--set', 'image.digest=latest'],
  ['--set', 'network.egress[0].cidr=anywhere,network.egress[0].port=443'],
  ['--set', 'unknown=1'],
]

type Container = {
  readonly securityContext?: {
    readonly readOnlyRootFilesystem?: boolean
    readonly allowPrivilegeEscalation?: boolean
    readonly capabilities?: object
  }
  readonly readinessProbe?: object
  readonly livenessProbe?: object
  readonly command?: readonly string[]
}
type Rendered = {
  readonly kind: string
  readonly spec?: {
    readonly template?: {
      readonly spec: {
        readonly containers: readonly Container[]
        readonly initContainers: readonly Container[]
        readonly automountServiceAccountToken: boolean
        readonly securityContext: { readonly runAsNonRoot: boolean }
      }
    }
    readonly egress?: readonly { readonly to?: readonly object[] }[]
  }
}

/** PKG-02: the chart is rendered by Helm in each of its ways; its pods run as nobody, start again, write nothing but their data, and call what is listed. */
export function rendered(context: CheckContext): Promise<Measured> {
  if (spawnSync('helm', ['version'], { stdio: 'ignore' }).status !== 0) throw new NotRunError('helm is not on this machine')
  const lint = spawnSync('helm', ['lint', '--strict', CHART], { encoding: 'utf8' })
  context.expect(lint.status === 0, `helm lint: ${lint.stdout.slice(-300)}`)
  let documents = 0
  for (const variant of VARIANTS) {
    const { status, stdout, stderr } = template(variant)
    if (!context.expect(status === 0, `${variant.join(' ')}: ${stderr.slice(-300)}`)) continue
    const found = parseAllDocuments(stdout)
    for (const { errors } of found) for (const { message } of errors) context.fail(`${variant.join(' ')}: ${message}`)
    const objects = found.map((one) => one.toJS({ maxAliasCount: 10 }) as Rendered | null).filter((one) => one !== null)
    documents += objects.length
    for (const object of objects) expectLocked(context, object)
    context.expect(
      objects.some(({ kind }) => kind === 'StatefulSet'),
      'blind: no pods were rendered',
    )
  }
  for (const variant of REFUSED) context.expect(template(variant).status !== 0, `helm takes ${variant.join(' ')}`)
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

const template = (variant: readonly string[]) =>
  spawnSync('helm', ['template', 'try', CHART, '--kube-version', KUBERNETES, ...variant], { encoding: 'utf8' })

function expectLocked(context: CheckContext, { kind, spec }: Rendered): void {
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
    for (const { command = [] } of pod.initContainers)
      for (const trouble of troubleOfStartingTwice(command)) context.fail(`${kind}: a pod does not start again; ${trouble}`)
    for (const { readinessProbe, livenessProbe } of pod.containers)
      context.expect(readinessProbe !== undefined && livenessProbe !== undefined, `${kind}: nobody asks whether it lives`)
  }
  for (const { to = [] } of spec?.egress ?? []) context.expect(to.length > 0, `${kind}: anything may be called`)
}
