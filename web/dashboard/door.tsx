import type { ReactNode } from 'react'
import { readBrand, titleOf } from '../lib/brand.ts'
import { Looks, Mark } from '../parts/index.ts'

/** A page with one question, as a ticket: how one comes in. */
export function Door({ title, children, foot }: { readonly title: string; readonly children: ReactNode; readonly foot?: ReactNode }) {
  return (
    <main className="door" id="main">
      <title>{titleOf(title)}</title>
      <div className="ticket">
        <a className="brand" href="/">
          <Mark />
          <span>{readBrand().name}</span>
        </a>
        <div className="body">
          <header>
            <h1>{title}</h1>
          </header>
          {children}
        </div>
        {foot}
        <Looks />
      </div>
    </main>
  )
}
