/** The widths of the names at the left and the height of the times above, in pixels of CSS. */
export const gutter = 190
export const rim = 22
