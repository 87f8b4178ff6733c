import { basename } from 'node:path'
import type { ApiDependencies } from '../api/index.ts'
import type { SiteSettings } from '../catalog/index.ts'
import type { Config } from '../config.ts'

/** What the set-up shows of how the house is configured. */
export const houseFacts = (config: Config, site: SiteSettings): ApiDependencies['house'] => ({
  configFile: config.configPath === undefined ? undefined : basename(config.configPath),
  site: { name: site.name, accent: site.accent, hasLogo: site.logo !== undefined },
  variables: new Set(Object.keys(config.providerKeys)),
})
