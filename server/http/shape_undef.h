/* Takes back the macros around shapes.def, for the next pass over it. Meant to be included many
 * times. */
#undef SHAPE
#undef F
#undef O
#undef ENUM
#undef OENUM
#undef OBJ
#undef OOBJ
#undef LIST
#undef OLIST
#undef INTS
#undef OINTS
#undef STRS
#undef OSTRS
#undef END
