/** Makes the package that strangers install: compiled code, pages, and a list of all that is in it; it publishes nothing and runs in no server. */

export { type Bom, bomOf } from './bom.ts'
export { type Bundled, bundledPackages, packagesIn } from './bundled.ts'
export { type Compiled, compile, PARTS, type PartName } from './compile.ts'
export { type Chosen, DIRECT, MOST } from './direct.ts'
export { inItsPlace } from './in-its-place.ts'
export { neededFolders, readLock } from './lock.ts'
export { type Manifest, manifestOf, shrinkwrapOf } from './manifest.ts'
export { UNNEEDED_SCRIPTS, type UnneededScript } from './unneeded-scripts.ts'
export { writePackage } from './write-package.ts'
