import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  mergeThemeOverrides,
} from '@mantine/core'
import type { Locale } from '@/api/types'

const brand: MantineColorsTuple = [
  '#eef0ff',
  '#e0e3ff',
  '#c3c8ff',
  '#a4abff',
  '#8a8ffb',
  '#7c83ff',
  '#5f5cf0',
  '#4f46e5',
  '#4338ca',
  '#372fa6',
]

const small = { defaultProps: { size: 'xs' } }
const base = createTheme({
  colors: { brand },
  primaryColor: 'brand',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  fontFamily: 'var(--font)',
  defaultRadius: 6,
  cursorType: 'pointer',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  headings: {
    fontFamily: 'var(--font)',
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '17px', lineHeight: '1.35' },
      h2: { fontSize: '15px' },
      h3: { fontSize: '13px' },
    },
  },
  shadows: {
    xs: 'var(--shadow-1)',
    sm: 'var(--shadow-1)',
    md: 'var(--shadow-2)',
    lg: 'var(--shadow-3)',
    xl: 'var(--shadow-3)',
  },
  components: {
    Button: { defaultProps: { size: 'xs', variant: 'default', fw: 500 } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 28 } },
    TextInput: small,
    Textarea: small,
    PasswordInput: small,
    TagsInput: small,
    Autocomplete: small,
    NumberInput: { defaultProps: { size: 'xs', hideControls: true } },
    Select: { defaultProps: { size: 'xs', checkIconPosition: 'right' } },
    MultiSelect: small,
    DateInput: small,
    DatePickerInput: small,
    DateTimePicker: small,
    Checkbox: {
      defaultProps: { size: '16px', radius: 4 },
      styles: { label: { fontSize: '13px' }, description: { fontSize: '11px' } },
    },
    Radio: {
      defaultProps: { size: '16px' },
      styles: { label: { fontSize: '13px' } },
      // Of a size of one's own Mantine makes the dot too, which then fills the whole ring.
      vars: () => ({ root: { '--radio-icon-size': '6px' } }),
    },
    Switch: small,
    SegmentedControl: small,
    Menu: {
      defaultProps: {
        shadow: 'md',
        radius: 8,
        position: 'bottom-start',
        // A focusable child without a role of its own is no part of a menu.
        withInitialFocusPlaceholder: false,
      },
    },
    Popover: { defaultProps: { shadow: 'md', radius: 8 } },
    Tooltip: { defaultProps: { openDelay: 400, fz: 12, radius: 5, py: 3 } },
    Modal: { defaultProps: { radius: 12, overlayProps: { backgroundOpacity: 0.28 } } },
  },
})

const dated = ['DateInput', 'DatePickerInput', 'DatePicker', 'DateTimePicker', 'MonthPickerInput']

// skip web-text: a pattern of the calendar, chosen by the locale
const CHINESE_MONTH = 'YYYY年M月'
// skip web-text: a pattern of the calendar, chosen by the locale
const CHINESE_YEAR = 'YYYY年'

/**
 * The theme in a language: Mantine's date headers have one format for all, where Chinese writes the
 * year before the month, and its close buttons and the arrows of its calendars have no names.
 */
export function themeFor(locale: Locale, names: { close: string; earlier: string; later: string }) {
  const { close, earlier, later } = names
  const ariaLabels = {
    ...{ previousMonth: earlier, previousYear: earlier, previousDecade: earlier },
    ...{ nextMonth: later, nextYear: later, nextDecade: later },
  }
  const formats =
    locale === 'zh-CN'
      ? { locale: 'zh-cn', monthLabelFormat: CHINESE_MONTH, yearLabelFormat: CHINESE_YEAR }
      : { locale: 'en' }
  const components = Object.fromEntries(
    dated.map((name) => [
      name,
      {
        defaultProps: {
          ...base.components?.[name]?.defaultProps,
          firstDayOfWeek: 1,
          ariaLabels,
          ...formats,
        },
      },
    ]),
  )
  const CloseButton = { defaultProps: { 'aria-label': close } }
  return mergeThemeOverrides(base, createTheme({ components: { ...components, CloseButton } }))
}

/** Mantine's own colours are read from tokens.css, so light and dark are one set of names. */
export const resolver: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--bg)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--text-2)',
    '--mantine-color-default': 'var(--bg-raise)',
    '--mantine-color-default-hover': 'var(--bg-hover)',
    '--mantine-color-default-border': 'var(--border-2)',
    '--mantine-color-default-color': 'var(--text)',
    '--mantine-color-placeholder': 'var(--text-3)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-brand-light': 'var(--accent-soft)',
    '--mantine-color-brand-light-hover': 'var(--accent-soft)',
    '--mantine-color-brand-light-color': 'var(--accent-2)',
    '--mantine-color-gray-light-color': 'var(--text-2)',
    '--mantine-color-gray-light-hover': 'var(--bg-active)',
  }
  // What Mantine paints in its own greys, which are warmer than ours: inputs, what is disabled.
  const dark = {
    ...shared,
    '--mantine-color-dark-4': 'var(--border-2)',
    '--mantine-color-dark-5': 'var(--bg-active)',
    '--mantine-color-dark-6': 'var(--bg-raise)',
    '--mantine-color-dark-7': 'var(--bg)',
    '--mantine-color-disabled': 'var(--bg-active)',
    '--mantine-color-disabled-color': 'var(--text-3)',
    '--mantine-color-disabled-border': 'var(--border-2)',
  }
  return { variables: {}, light: shared, dark }
}
