import { Link, useRouterState } from '@tanstack/react-router'

/** Parts of a page, each at a path of its own. */
export function Tabs({ name, tabs }: { readonly name: string; readonly tabs: readonly { readonly to: string; readonly name: string }[] }) {
  const path = useRouterState({ select: (state) => state.location.pathname })
  return (
    <nav className="tabs" aria-label={name}>
      {tabs.map(({ to, name: called }) => (
        <Link key={to} to={to} aria-current={path === to ? 'page' : undefined} activeProps={{}} activeOptions={{ exact: true }}>
          {called}
        </Link>
      ))}
    </nav>
  )
}
