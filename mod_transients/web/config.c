/* config.c: reads the directives.
 *
 * One table says of each directive what it holds, where it is kept, its limits
 * and its default; one function reads them all.  A value that was not given is
 * UNSET until tr_config_finish(), so that merging virtual hosts is one rule.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include <apr_strings.h>
#include <stddef.h>

#define UNSET (-1)
#define DAY_S 86400

typedef enum { IS_FLAG, IS_NUMBER, IS_FOLDER, IS_TEXT, IS_ADDRESS, IS_SERVICE } kind_e;

typedef struct setting_t {
    kind_e kind;
    size_t at;        /* offset in tr_site_t: int for FLAG and NUMBER, else const char * */
    int min, max;     /* NUMBER */
    int number;       /* default of FLAG and NUMBER */
    const char *text; /* default of the others, NULL: must be given */
    const char *name;
} setting_t;

#define AT(field) offsetof(tr_site_t, field)

/* clang-format off */
static const setting_t settings[] = {
    { IS_FLAG,    AT(on),              0, 1, 0, NULL, "Transients" },
    { IS_FOLDER,  AT(schema),          0, 0, 0, TR_DATADIR "/schema", "TransientsSchema" },
    { IS_FOLDER,  AT(templates),       0, 0, 0, TR_DATADIR "/htdocs/templates",
      "TransientsTemplates" },
    { IS_FOLDER,  AT(docs),            0, 0, 0, TR_DATADIR "/docs", "TransientsDocs" },
    { IS_FOLDER,  AT(media),           0, 0, 0, NULL, "TransientsMedia" },
    { IS_FOLDER,  AT(spool),           0, 0, 0, "", "TransientsSpool" },
    { IS_ADDRESS, AT(url),             0, 0, 0, NULL, "TransientsURL" },
    { IS_TEXT,    AT(title),           0, 0, 0, "MWA transients", "TransientsTitle" },
    { IS_FLAG,    AT(development),     0, 1, 0, NULL, "TransientsDevelopment" },
    { IS_TEXT,    AT(build_log),       0, 0, 0, "", "TransientsBuildLog" },
    { IS_NUMBER,  AT(deadline_ms),     100, 600000, 2000, NULL, "TransientsDeadline" },
    { IS_NUMBER,  AT(gate),            1, 1000, 8, NULL, "TransientsGate" },
    { IS_NUMBER,  AT(gate_queue),      0, 10000, 16, NULL, "TransientsGateQueue" },
    { IS_NUMBER,  AT(gate_wait_ms),    10, 60000, 1500, NULL, "TransientsGateWait" },
    { IS_NUMBER,  AT(upload_limit),    1024, 2000000000, 20971520, NULL,
      "TransientsUploadLimit" },
    { IS_NUMBER,  AT(session_idle),    60, 400 * DAY_S, DAY_S / 2, NULL,
      "TransientsSessionIdle" },
    { IS_NUMBER,  AT(session_maximum), 60, 400 * DAY_S, 7 * DAY_S, NULL,
      "TransientsSessionMaximum" },
    { IS_NUMBER,  AT(bcrypt_cost),     4, 16, 12, NULL, "TransientsBcryptCost" },
    { IS_FLAG,    AT(auto_account),    0, 1, 0, NULL, "TransientsAutoAccount" },
    { IS_SERVICE, AT(simbad_url),      0, 0, 0,
      "https://simbad.cds.unistra.fr/simbad/sim-tap/sync", "TransientsSimbadURL" },
    { IS_NUMBER,  AT(simbad_timeout_ms), 100, 60000, 5000, NULL, "TransientsSimbadTimeout" },
    { IS_NUMBER,  AT(simbad_days),     1, 365, 30, NULL, "TransientsSimbadCache" },
    { IS_NUMBER,  AT(simbad_max),      1, 100, 4, NULL, "TransientsSimbadMax" },
    { IS_FOLDER,  AT(exports),         0, 0, 0, "", "TransientsExport" },
    { IS_NUMBER,  AT(export_number),   1, 100, 2, NULL, "TransientsExportNumber" },
    { IS_NUMBER,  AT(export_space),    1, 10000000, 2000, NULL, "TransientsExportSpace" },
    { IS_NUMBER,  AT(export_deadline_ms), 100, 3000000, 300000, NULL,
      "TransientsExportDeadline" },
};
/* clang-format on */
enum { SETTINGS = sizeof settings / sizeof settings[0] };

static int *number_of(tr_site_t *site, const setting_t *setting)
{
    return (int *)((char *)site + setting->at);
}

static const char **text_of(tr_site_t *site, const setting_t *setting)
{
    return (const char **)((char *)site + setting->at);
}

static int is_number(const setting_t *setting)
{
    return setting->kind == IS_FLAG || setting->kind == IS_NUMBER;
}

void *tr_config_make(apr_pool_t *pool, server_rec *server)
{
    tr_site_t *site = apr_pcalloc(pool, sizeof *site);

    site->server = server;
    for (int i = 0; i < SETTINGS; i++) {
        if (is_number(&settings[i])) {
            *number_of(site, &settings[i]) = UNSET;
        }
    }
    return site;
}

void *tr_config_merge(apr_pool_t *pool, void *base, void *added)
{
    tr_site_t *site = apr_pmemdup(pool, added, sizeof *site);

    for (int i = 0; i < SETTINGS; i++) {
        const setting_t *setting = &settings[i];
        if (is_number(setting) && *number_of(site, setting) == UNSET) {
            *number_of(site, setting) = *number_of(base, setting);
        }
        else if (!is_number(setting) && !*text_of(site, setting)) {
            *text_of(site, setting) = *text_of(base, setting);
        }
    }
    return site;
}

static const char *set_flag(int *flag, const char *text)
{
    if (!strcasecmp(text, "on") || !strcasecmp(text, "off")) {
        *flag = !strcasecmp(text, "on");
        return NULL;
    }
    return "must be On or Off";
}

static const char *set_number(int *number, const char *text, const setting_t *setting,
                              apr_pool_t *pool)
{
    char *end;
    apr_int64_t value;

    errno = 0;
    value = apr_strtoi64(text, &end, 10);
    if (errno || end == text || *end || value < setting->min || value > setting->max) {
        return apr_psprintf(pool, "must be a whole number from %d to %d", setting->min,
                            setting->max);
    }
    *number = (int)value;
    return NULL;
}

static const char *set_address(const char **address, const char *text)
{
    apr_size_t scheme = !strncmp(text, "https://", 8)  ? 8
                        : !strncmp(text, "http://", 7) ? 7
                                                       : 0;
    const char *host = text + scheme;

    if (!scheme || !*host || strpbrk(host, "/?#@\\\"<> ")) {
        return "must be https:// (or http://) and a host, without a slash at the end";
    }
    *address = text;
    return NULL;
}

/* Another server's address, or none; a user name in it would end up in logs. */
static const char *set_service(const char **address, const char *text)
{
    const char *host = !strncmp(text, "https://", 8)  ? text + 8
                       : !strncmp(text, "http://", 7) ? text + 7
                                                      : "";

    if (!strcasecmp(text, "none")) {
        *address = "";
        return NULL;
    }
    if (!*host || *host == '/' || strpbrk(host, "@#\\\"<> ")) {
        return "must be none, or https:// (or http://), a host and a path";
    }
    *address = text;
    return NULL;
}

static const setting_t *setting_of(const char *name)
{
    int i = 0;

    while (i < SETTINGS - 1 && strcasecmp(settings[i].name, name)) {
        i++;
    }
    return &settings[i];
}

static const char *set_value(cmd_parms *cmd, void *ignored, const char *text)
{
    const setting_t *setting = setting_of(cmd->cmd->name);
    tr_site_t *site = ap_get_module_config(cmd->server->module_config, &transients_module);
    const char *why = NULL;

    (void)ignored;
    switch (setting->kind) {
    case IS_FLAG:
        why = set_flag(number_of(site, setting), text);
        break;
    case IS_NUMBER:
        why = set_number(number_of(site, setting), text, setting, cmd->temp_pool);
        break;
    case IS_ADDRESS:
        why = set_address(text_of(site, setting), text);
        break;
    case IS_SERVICE:
        why = set_service(text_of(site, setting), text);
        break;
    case IS_FOLDER:
        *text_of(site, setting) = ap_server_root_relative(cmd->pool, text);
        why = *text_of(site, setting) ? NULL : "is not a path";
        break;
    case IS_TEXT:
        *text_of(site, setting) = text;
        break;
    }
    return why ? apr_pstrcat(cmd->pool, setting->name, " ", why, NULL) : NULL;
}

static void finish_setting(tr_site_t *site, const setting_t *setting, tr_problem_t *problem)
{
    if (is_number(setting)) {
        if (*number_of(site, setting) == UNSET) {
            *number_of(site, setting) = setting->number;
        }
    }
    else if (!*text_of(site, setting)) {
        *text_of(site, setting) = setting->text;
        if (!setting->text) {
            tr_problem_at(problem, site->server->defn_name, (int)site->server->defn_line_number,
                          "Transients On needs %s", setting->name);
        }
    }
}

void tr_config_finish(tr_site_t *site, tr_problem_t *problem, apr_pool_t *pool)
{
    for (int i = 0; i < SETTINGS; i++) {
        finish_setting(site, &settings[i], problem);
    }
    if (site->spool && !*site->spool && site->media) {
        site->spool = apr_pstrcat(pool, site->media, "/.spool", NULL);
    }
    if (site->exports && !*site->exports && site->spool) {
        site->exports = apr_pstrcat(pool, site->spool, "/exports", NULL);
    }
}

const command_rec tr_config_directives[] = {
    AP_INIT_TAKE1("Transients", set_value, NULL, RSRC_CONF,
                  "On: this virtual host is a site of candidates"),
    AP_INIT_TAKE1("TransientsSchema", set_value, NULL, RSRC_CONF,
                  "folder with columns.tsv and queries/"),
    AP_INIT_TAKE1("TransientsTemplates", set_value, NULL, RSRC_CONF,
                  "folder with the pages' templates"),
    AP_INIT_TAKE1("TransientsDocs", set_value, NULL, RSRC_CONF,
                  "folder with the help, in Markdown"),
    AP_INIT_TAKE1("TransientsMedia", set_value, NULL, RSRC_CONF,
                  "folder where candidates' images are kept"),
    AP_INIT_TAKE1("TransientsSpool", set_value, NULL, RSRC_CONF,
                  "folder for files while they are being uploaded"),
    AP_INIT_TAKE1("TransientsURL", set_value, NULL, RSRC_CONF,
                  "the site's own address, https://host"),
    AP_INIT_TAKE1("TransientsTitle", set_value, NULL, RSRC_CONF,
                  "the site's name on its pages"),
    AP_INIT_TAKE1("TransientsDevelopment", set_value, NULL, RSRC_CONF,
                  "On: error pages tell the whole story"),
    AP_INIT_TAKE1("TransientsBuildLog", set_value, NULL, RSRC_CONF,
                  "file whose text each page shows in development"),
    AP_INIT_TAKE1("TransientsDeadline", set_value, NULL, RSRC_CONF,
                  "milliseconds that one request may wait for the database"),
    AP_INIT_TAKE1("TransientsGate", set_value, NULL, RSRC_CONF,
                  "database connections in use at once in one child process"),
    AP_INIT_TAKE1("TransientsGateQueue", set_value, NULL, RSRC_CONF,
                  "requests that may wait for a connection in one child process"),
    AP_INIT_TAKE1("TransientsGateWait", set_value, NULL, RSRC_CONF,
                  "milliseconds that a request waits for a connection"),
    AP_INIT_TAKE1("TransientsUploadLimit", set_value, NULL, RSRC_CONF,
                  "bytes of one uploaded file"),
    AP_INIT_TAKE1("TransientsSessionIdle", set_value, NULL, RSRC_CONF,
                  "seconds without a request after which a login ends"),
    AP_INIT_TAKE1("TransientsSessionMaximum", set_value, NULL, RSRC_CONF,
                  "seconds after which a login ends"),
    AP_INIT_TAKE1("TransientsBcryptCost", set_value, NULL, RSRC_CONF,
                  "cost of new password hashes"),
    AP_INIT_TAKE1("TransientsAutoAccount", set_value, NULL, RSRC_CONF,
                  "On: whom httpd lets in without an account gets one, as a rater"),
    AP_INIT_TAKE1("TransientsSimbadURL", set_value, NULL, RSRC_CONF,
                  "SIMBAD's TAP service, its sync address; none: SIMBAD is not asked"),
    AP_INIT_TAKE1("TransientsSimbadTimeout", set_value, NULL, RSRC_CONF,
                  "milliseconds that one page waits for SIMBAD"),
    AP_INIT_TAKE1("TransientsSimbadCache", set_value, NULL, RSRC_CONF,
                  "days that SIMBAD's answer is shown before it is asked again"),
    AP_INIT_TAKE1("TransientsSimbadMax", set_value, NULL, RSRC_CONF,
                  "requests that may wait for SIMBAD at once in one child process"),
    AP_INIT_TAKE1("TransientsExport", set_value, NULL, RSRC_CONF,
                  "folder for downloads while they are made and sent"),
    AP_INIT_TAKE1("TransientsExportNumber", set_value, NULL, RSRC_CONF,
                  "downloads that are made at once in one child process"),
    AP_INIT_TAKE1("TransientsExportSpace", set_value, NULL, RSRC_CONF,
                  "megabytes that one child's downloads may take on the disk"),
    AP_INIT_TAKE1("TransientsExportDeadline", set_value, NULL, RSRC_CONF,
                  "milliseconds that one download may take the database"),
    { NULL },
};
