import { basename } from 'node:path'
import type { ApiDependencies } from '../api/index.ts'
import type { SiteSettings } from '../catalog/index.ts'
import type { Config } from '../config.ts'
import type { PolicySettings } from '../privacy/index.ts'

/** What the set-up shows of how the house is configured. */
export const houseFacts = (
  config: Config,
  { profile, operator, service, contacts }: PolicySettings,
  site: SiteSettings,
): ApiDependencies['house'] => ({
  configFile: config.configPath === undefined ? undefined : basename(config.configPath),
  site: { name: site.name, accent: site.accent, hasLogo: site.logo !== undefined },
  policy: { service, profile, operator, contacts: contacts.length },
  variables: new Set(Object.keys(config.providerKeys)),
})
