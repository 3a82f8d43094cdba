import { Tooltip } from "bits-ui";

/** Ties every icon button to the one tooltip of the window. */
export const tooltips = Tooltip.createTether<string>();
