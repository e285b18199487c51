import type { Shape } from '../shape'
import type { help as zh } from '../zh/help'

export const help: Shape<typeof zh> = {
  title: 'Help',
  here: 'Help on this page',
  guide: 'User guide',
  tour: 'Show me around',
  step: 'Step {{step}} of {{total}}',
  skip: 'Skip',
  back: 'Back',
  next: 'Next',
  finish: 'Try the search',
  steps: {
    day: 'Begin with My day',
    dayHint: 'What is due today, payments that fall due soon and your open deals are here.',
    list: 'Lists: find, filter, change in place',
    listHint: 'Click a row for a preview, double-click a cell to edit; keep filters as a view.',
    record: 'One record, its whole story',
    recordHint: 'Every talk, change and file is on the timeline; top right is what comes next.',
    board: 'Board: drag to move on',
    boardHint: 'All deals and amounts by stage. Drag a card to another stage; undo takes it back.',
    search: 'Search from anywhere',
    searchHint: 'Press Ctrl+K (⌘K on a Mac) and type a name or a command to go there.',
  },
}
