dnl TR_HTTPD: finds httpd through apxs.
dnl Sets APXS, HTTPD, HTTPD_MODULEDIR, HTTPD_CPPFLAGS and moduledir.
dnl SPDX-License-Identifier: MIT
AC_DEFUN([TR_HTTPD], [
    AC_ARG_WITH([apxs],
        [AS_HELP_STRING([--with-apxs=PATH], [httpd's apxs])],
        [APXS=$withval],
        [AC_PATH_PROGS([APXS], [apxs apxs2])])
    AS_IF([test ! -x "$APXS"],
        [AC_MSG_ERROR([apxs was not found: install apache2-dev or give --with-apxs=PATH])])
    AC_SUBST([APXS])

    HTTPD=`"$APXS" -q SBINDIR`/`"$APXS" -q PROGNAME`
    HTTPD_MODULEDIR=`"$APXS" -q LIBEXECDIR`
    HTTPD_CPPFLAGS="-I`"$APXS" -q INCLUDEDIR`"
    AS_IF([test ! -x "$HTTPD"], [AC_MSG_ERROR([apxs names $HTTPD, which is not there])])
    AC_SUBST([HTTPD])
    AC_SUBST([HTTPD_MODULEDIR])
    AC_SUBST([HTTPD_CPPFLAGS])

    AC_ARG_WITH([moduledir],
        [AS_HELP_STRING([--with-moduledir=DIR],
            [where the module is installed (default: what apxs says)])],
        [moduledir=$withval],
        [moduledir=$HTTPD_MODULEDIR])
    AC_SUBST([moduledir])
])
