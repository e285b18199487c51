import { useTranslation } from 'react-i18next'
import type { RowError } from '@/api/imports'
import classes from './Import.module.css'

/** Rows of a file, each with a cell of it and what is to be said of that. */
export function RowTable({ rows }: { rows: RowError[] }) {
  const { t } = useTranslation()
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('imports.errorRow')}</th>
            <th scope="col">{t('imports.column')}</th>
            <th scope="col">{t('imports.errorValue')}</th>
            <th scope="col">{t('imports.errorReason')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <tr key={`${one.row}${one.column}${one.code}`}>
              <td className="num">{one.row}</td>
              <td>{one.column}</td>
              <td>{one.value}</td>
              <td>{one.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
