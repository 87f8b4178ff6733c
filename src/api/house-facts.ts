/** What the set-up shows of how the house is configured: never a secret, only that it is there. */
export type HouseFacts = {
  /** The name of the configuration file, without its folder; undefined where there is none. */
  readonly configFile: string | undefined
  readonly site: { readonly name: string; readonly accent: string | undefined; readonly hasLogo: boolean }
  /** Variables of provider keys that are set. */
  readonly variables: ReadonlySet<string>
}
