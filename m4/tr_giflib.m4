dnl TR_GIFLIB: finds giflib, which has no .pc file. Sets GIF_LIBS.
dnl SPDX-License-Identifier: MIT
AC_DEFUN([TR_GIFLIB], [
    tr_saved_LIBS=$LIBS
    AC_CHECK_HEADER([gif_lib.h], [],
        [AC_MSG_ERROR([gif_lib.h was not found: install libgif-dev])])
    AC_CHECK_LIB([gif], [EGifOpenFileName], [GIF_LIBS=-lgif],
        [AC_MSG_ERROR([giflib was not found: install libgif-dev])])
    LIBS=$tr_saved_LIBS
    AC_SUBST([GIF_LIBS])
])
