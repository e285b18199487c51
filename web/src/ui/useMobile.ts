import { useMediaQuery } from '@mantine/hooks'

export const useMobile = () =>
  useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false }) ?? false
