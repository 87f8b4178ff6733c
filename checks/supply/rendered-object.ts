/** A container of a pod, as far as the checks read it. */
export type RenderedContainer = {
  readonly securityContext?: {
    readonly readOnlyRootFilesystem?: boolean
    readonly allowPrivilegeEscalation?: boolean
    readonly capabilities?: object
  }
  readonly readinessProbe?: object
  readonly livenessProbe?: object
  readonly command?: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value: string }[]
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[]
}

/** An object that Helm made of the chart, as far as the checks read it. */
export type RenderedObject = {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> }
  readonly spec?: {
    readonly template?: {
      readonly spec: {
        readonly containers: readonly RenderedContainer[]
        readonly initContainers: readonly RenderedContainer[]
        readonly automountServiceAccountToken: boolean
        readonly securityContext: { readonly runAsNonRoot: boolean }
      }
    }
    readonly ingress?: readonly { readonly from: readonly object[]; readonly ports?: readonly { readonly port: string | number }[] }[]
    readonly egress?: readonly { readonly to?: readonly object[] }[]
    readonly type?: string
    readonly clusterIP?: string
    readonly publishNotReadyAddresses?: boolean
    readonly ports?: readonly { readonly targetPort: string | number }[]
    readonly selector?: object
    readonly minAvailable?: number
    readonly maxUnavailable?: number
  }
}
