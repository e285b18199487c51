import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Locale } from '@/api/types'
import { resolver, themeFor } from '@/theme/mantine'
import { queryClient } from './queryClient'
import { router } from './router'

export function App() {
  const { t, i18n } = useTranslation()
  const locale = i18n.language as Locale
  const theme = useMemo(() => {
    const names = { close: t('common.close'), earlier: t('list.earlier'), later: t('list.later') }
    return themeFor(locale, names)
  }, [locale, t])
  return (
    <QueryClientProvider client={queryClient}>
      <MantineProvider theme={theme} cssVariablesResolver={resolver} defaultColorScheme="auto">
        <RouterProvider router={router} />
      </MantineProvider>
    </QueryClientProvider>
  )
}
