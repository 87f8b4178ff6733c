import { readSiteSettings, type SiteSettings } from '../catalog/index.ts'
import { type Config, processEnvironment } from '../config.ts'

/** How the public site looks, as farebox.yaml and the files beside it say. Throws ConfigRefusedError. */
export const openSite = (config: Config, service: string): SiteSettings =>
  readSiteSettings({ config, environment: processEnvironment(), service })
