import type { SiteSettings } from '../catalog/index.ts'

const OURS = 'Farebox'

/** What customers and their programs know the service by past its public pages: the name of the site, where farebox.yaml says anything of it. */
export const houseNameOf = ({ isOwn, name }: Pick<SiteSettings, 'isOwn' | 'name'>): string => (isOwn ? name : OURS)
