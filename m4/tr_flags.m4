dnl Compiler and linker flags, each used only where the compiler takes it.
dnl SPDX-License-Identifier: MIT

dnl TR_CFLAG(VARIABLE, FLAG): appends FLAG to VARIABLE when a program compiles with it.
AC_DEFUN([TR_CFLAG], [
    AS_VAR_PUSHDEF([cached], [tr_cv_cflag_$2])
    AC_CACHE_CHECK([whether $CC takes $2], [cached], [
        tr_saved_CFLAGS=$CFLAGS
        CFLAGS="$CFLAGS -Werror $2"
        AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[#include <stdio.h>]], [])],
            [AS_VAR_SET([cached], [yes])], [AS_VAR_SET([cached], [no])])
        CFLAGS=$tr_saved_CFLAGS])
    AS_VAR_IF([cached], [yes], [AS_VAR_APPEND([$1], [" $2"])])
    AS_VAR_POPDEF([cached])
])

dnl TR_LDFLAG(VARIABLE, FLAG): the same for the linker.
AC_DEFUN([TR_LDFLAG], [
    AS_VAR_PUSHDEF([cached], [tr_cv_ldflag_$2])
    AC_CACHE_CHECK([whether the linker takes $2], [cached], [
        tr_saved_LDFLAGS=$LDFLAGS
        LDFLAGS="$LDFLAGS $2"
        AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
            [AS_VAR_SET([cached], [yes])], [AS_VAR_SET([cached], [no])])
        LDFLAGS=$tr_saved_LDFLAGS])
    AS_VAR_IF([cached], [yes], [AS_VAR_APPEND([$1], [" $2"])])
    AS_VAR_POPDEF([cached])
])

AC_DEFUN([TR_WARNINGS], [
    m4_foreach_w([flag], [-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
        -Wold-style-definition -Wpointer-arith -Wwrite-strings -Wformat-security -Wvla
        -Wduplicated-cond -Wlogical-op -Wimplicit-fallthrough -Wno-missing-field-initializers
        -Werror=implicit-function-declaration -Werror=incompatible-pointer-types -Werror=int-conversion],
        [TR_CFLAG([WARN_CFLAGS], m4_defn([flag]))])
    AS_IF([test "x$enable_werror" = xyes], [AS_VAR_APPEND([WARN_CFLAGS], [" -Werror"])])
    AC_SUBST([WARN_CFLAGS])
])

AC_DEFUN([TR_HARDENING], [
    TR_CFLAG([HARDEN_CFLAGS], [-fstack-protector-strong])
    TR_CFLAG([HARDEN_CFLAGS], [-fstack-clash-protection])
    TR_CFLAG([HARDEN_CFLAGS], [-fcf-protection])
    dnl Fortified functions need an optimizing compiler; with -O0 glibc only warns.
    TR_CFLAG([HARDEN_CFLAGS], [-D_FORTIFY_SOURCE=2])
    TR_LDFLAG([HARDEN_LDFLAGS], [-Wl,-z,relro])
    TR_LDFLAG([HARDEN_LDFLAGS], [-Wl,-z,now])
    AC_SUBST([HARDEN_CFLAGS])
    AC_SUBST([HARDEN_LDFLAGS])
])

dnl Recovery is off for undefined behaviour too: a report ends the process, so that no test
dnl can pass over it.
AC_DEFUN([TR_SANITIZERS], [
    TR_LDFLAG([HARDEN_LDFLAGS], [-fsanitize=address,undefined])
    AS_IF([test -z "$HARDEN_LDFLAGS"],
        [AC_MSG_ERROR([--enable-sanitizers: $CC has no sanitizers])])
    HARDEN_CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
    AC_SUBST([HARDEN_CFLAGS])
    AC_SUBST([HARDEN_LDFLAGS])
])
