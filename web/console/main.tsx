import { RouterProvider } from '@tanstack/react-router'
import { start } from '../parts/start.tsx'
import { router } from './router.tsx'

void start(<RouterProvider router={router} />)
