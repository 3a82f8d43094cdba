/** The last seconds of a code, in which its clock is seen in another colour, and in no others. */
export const SIGNAL_S = 8;
