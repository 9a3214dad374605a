/* The checks of identity, tax and health numbers. Each on a code's letters (small) and digits alone, as long as its shape
 * says; pure. */
#ifndef MARSAD_TEXT_CHECKS_IDS_H
#define MARSAD_TEXT_CHECKS_IDS_H

#include <stdbool.h>
#include <stddef.h>

typedef bool id_check(const char *c, size_t n);

id_check id_ssn_us, id_itin_us, id_aba_us, id_npi_us, id_dea_us, id_nhs_gb, id_nino_gb, id_nif_es, id_nie_es,
    id_fiscal_it, id_luhn, id_pesel_pl, id_nric_sg, id_abn_au, id_acn_au, id_tfn_au, id_medicare_au,
    id_verhoeff, id_gstin_in, id_hetu_fi, id_rrn_kr, id_brn_kr, id_tnin_th, id_personnummer_se, id_kimlik_tr,
    id_tax_de, id_pension_de, id_kvnr_de, id_sin_ca, id_za, id_snils_ru, id_inn_ru, id_nir_fr, id_be,
    id_bsn_nl, id_ahv_ch, id_nif_pt, id_eg, id_sa, id_ae, id_kw, id_ir, id_cn, id_br;

#endif
