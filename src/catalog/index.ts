/** Models, price versions, routes and upstreams: read from farebox.yaml, the environment or the operator; never calls an upstream. */
export { readAbuseSettings } from './abuse-settings.ts'
export { type AdminKey, listAdminKeys } from './admin-keys.ts'
export { type AppliedSource, applyCatalog, type Writer } from './apply.ts'
export type { Change } from './change.ts'
export { applyConfigured, configuredPolicy, desiredOf } from './configured.ts'
export {
  type DesiredCatalog,
  type DesiredModel,
  type DesiredPlan,
  type DesiredPriceChange,
  type DesiredRoute,
  type DesiredUpstream,
  type Sealing,
  SOURCES,
  type Source,
} from './desired.ts'
export { deleteModel, deleteUpstream, putModel, putPlan, putPricedModel, putPricedPlan, putUpstream } from './edit.ts'
export { type FileResult, type FileSurroundings, parseCatalogFile, readCatalogFile } from './file.ts'
export { type HeldUpstream, readHeldUpstreams } from './held-upstreams.ts'
export {
  ExactNumber,
  type ImportOptions,
  type ImportResult,
  importPrices,
  PRICE_LIST_FORMATS,
  type PriceChange,
  type PriceListFormat,
  parseDecimal,
  parseExactJson,
  readPriceList,
} from './import/index.ts'
export { listInUse } from './in-use.ts'
export { readIssuerSettings } from './issuer-settings.ts'
export { refusedKeyShape } from './key-shape.ts'
export { KNOWN_UPSTREAMS, type KnownModel, type KnownUpstream } from './known-upstreams/index.ts'
export { listModels, listUpstreams, type ModelView, type UpstreamView } from './list.ts'
export { cancelPriceVersion, listPriceVersions, type PriceListing, type VersionView } from './list-prices.ts'
export { listScheduled, type ScheduledChange } from './list-scheduled.ts'
export { loadCatalog, millisToNextChange, millisToNextPrice, priceOfVersion } from './load.ts'
export { readPaymentSettings } from './payment-settings.ts'
export { CATALOG_DATA } from './personal-data.ts'
export { beginPlanChanges, cancelPlanChange } from './plan-changes.ts'
export { deletePlan, listPlans, type PlanView } from './plans.ts'
export { readPolicySettings } from './policy-settings.ts'
export { listShortNotices, type ShortNotice } from './price-notice.ts'
export {
  findPriceVersion,
  findPublishedPrice,
  listPublishedPrices,
  type PriceVersion,
  type PriceVersionPage,
  pricesOfVersions,
} from './price-versions.ts'
export { completePrice, FREE_PRICE } from './rates.ts'
export { readSubscriptionSettings } from './read-subscription-settings.ts'
export { readSetup, SETUP_STEPS, type SetupProgress, type SetupState, type SetupStep, writeSetupStep } from './setup-steps.ts'
export { readSiteSettings, type SiteSettings, type SiteText, siteDefaultsOf } from './site-settings.ts'
export { readTelegramSettings } from './telegram-settings.ts'
export type { TracingSettings } from './tracing-schema.ts'
export { readTracingSettings } from './tracing-settings.ts'
