/* The lists of words.h, '|' between words. Read by mkwords.c only. Arabic without hamza on its seat, ه for ة, ي for ى;
 * Latin without accents. Clitics and common endings need not be written out: words.c takes them off. */
#ifndef MARSAD_TEXT_WORD_LISTS_H
#define MARSAD_TEXT_WORD_LISTS_H

#include "text/words.h"

/* clang-format off */
static const char *const word_lists[WORDS_CLASSES] = {
    [WORDS_PHONE] =
        "هاتف|تلفون|تليفون|تيليفون|تلفونها|جوال|موبايل|نقال|محمول|واتساب|وتساب|واتس|فايبر|اتصل|اتصلو|"
        "اتصلوا|تواصل|عيط|عيطو|عيطي|خابر|خابرو|خابروها|خابروه|دقو|دقولها|دقوا|راسل|راسلوه|راسلوها|كلم|كلمو|كلموها|صونيو|"
        "صوني|تيلي|بورطابل|بورتابل|تلغرام|تليغرام|سيغنال|tel|telephone|phone|whatsapp|whatsap|watsap|wtsp|viber|telegram|signal|"
        "appel|appeler|appelez|appelle|call|gsm|mobile|portable|contact|contactez|joindre|sms|dial|text her|text him|"
        "nmra|nemra|numra|nmrtha|nmertha|nemrtha|nmerto|tilifoun|tilifon|telfoun|3ayto|3eyto|3ayet|jawal|mobayl|"
        "📞|☎|📱|☏",
    [WORDS_NUMBER] =
        "رقم|نمره|نمرتها|نمرتو|نمرتي|نمرته|numero|num|number|nr|n°|no|raqm|ra9m",
    [WORDS_CARD] =
        "بطاقه|بطاقته|بطاقتها|كارط|لاكارط|كارت|فيزا|ماستركارد|بنكيه|carte|bancaire|visa|mastercard|card|"
        "credit|cvv|cvc|cb",
    [WORDS_CIN_MA] =
        "cin|cine|cnie|carte nationale|carte d'identite|piece d'identite|numero de carte|بطاقه وطنيه|"
        "البطاقه الوطنيه|بطاقه التعريف|بطاقه تعريف|رقم البطاقه|بطاقته|بطاقتها|بطاقتو|البطاقه|لاكارط|"
        "لاكارت|كارط ناسيونال|كارطتها|كارطتو|لاكارطتها|lacarte|la carte|carta|lakart|lakarta|identity card|id card|سين|لاسين",
    [WORDS_ID_IQ] =
        "هويه|هويته|هويتها|الوطنيه|البطاقه الوطنيه|البطاقه الموحده|الموحده|بطاقته|بطاقتها|رقم البطاقه|"
        "الجنسيه|هويه الاحوال|الاحوال المدنيه|مستمسك|مستمسكات|مستمسكاته|مستمسكاتها|national id|identity|id card|id number|"
        "national card",
    [WORDS_PLATE] =
        "ماطريكول|ماتريكول|لوحه|لوحتها|لوحته|ترقيم|مرقمه|رقم السياره|رقم سياره|رقم سيارته|رقم سيارتها|"
        "نمره السياره|طوموبيل|طوموبيلتو|طوموبيلتها|طموبيل|طونوبيل|طونوبيلتها|خصوصي|سيارته رقمها|سيارتها رقمها|"
        "matricule|matricul|plaque|immatriculation|immatriculee|license plate|licence plate|number plate|plate|registration number|"
        "reg number|kennzeichen|targa|plaka|matricula|patente",
    [WORDS_ADVERT] =
        "للبيع|للكراء|للايجار|توصيل|التوصيل|متجر|متجرنا|محلنا|محلاتنا|للطلب|اطلب|اطلبي|اطلبو|طلبيه|"
        "طلبيات|تخفيض|تخفيضات|بروموسيون|البيع|كومند|كوموند|كوموندي|يكوموندي|livraison|commande|"
        "commandes|commander|commandez|boutique|magasin|promo|promotion|solde|a vendre|a louer|vente|"
        "shop|store|order|orders|delivery|for sale|discount|free shipping|ليفريزون|لليفريزون|"
        "الدفع عند الاستلام|عيادتنا|مكتبنا|خدماتنا|صالون|حجز|للحجز|reservation|reservations|rdv|"
        "nos bureaux|notre agence|showroom|opening hours|horaires|ouvert|مطعمنا|فروعنا|فرعنا|زورونا|الدوام|"
        "نقبل الحجوزات|بمحلنا|livraison gratuite|tawsil|lbi3|dfe3 mlli twslek",
    [WORDS_ADVERT_WEAK] =
        "واتساب|whatsapp|للتواصل|للاستفسار|استفسار|ثمن|الثمن|سعر|السعر|اسعار|درهم|دينار|دولار|محل|عرض|"
        "عروض|جديد|متوفر|prix|dh|dhs|mad|contact|info|infos|infoline|contactez|disponible|price|"
        "available|offer|offre|sale|جمله|بالجمله|تقسيط|خدمه|خدمات|service|services|منتج|منتجات|produit|"
        "produits|للتسجيل|دورات|عياده|مطعم|restaurant|cafe|clinique|cabinet|pharmacie|hotel|agence|صيدليه|فندق|مقهي|مكتب",
    [WORDS_STREET] =
        "شارع|زنقه|زنقا|درب|زقاق|نهج|جاده|عقد|طريق|rue|avenue|av|ave|bd|bld|blvd|boulevard|street|st|road|rd|lane|"
        "impasse|allee|zn9a|zan9a|zen9a|zenqa|zanka|znqa|derb|chari3|chare3|share3|chari|chemin",
    [WORDS_QUARTER] =
        "حي|حومه|محله|دوار|سيكتور|قطاع|تجزيه|اقامه|مجمع|ديور|بلوكات|hay|7ay|7oma|hawma|houma|quartier|lotissement|lot|"
        "douar|cite|residence|secteur|sector|district|neighbourhood|neighborhood|mahalla|m7alla|7ayy",
    [WORDS_HOUSE] =
        "رقم|دار|منزل|بيت|شقه|عماره|بلوك|طابق|نمره|فيلا|برطما|رقمها|n°|no|num|numero|nr|appt|apt|appartement|imm|immeuble|"
        "bloc|block|villa|flat|house|building|bldg|etage|floor|maison|apartment|dar|nmra|3imara|cho99a|n",
    [WORDS_LIVES] =
        "تسكن|يسكن|ساكنه|ساكن|ساكنين|ساكنا|كتسكن|كيسكن|تسكنين|كتسكني|تعيش في|مقيمه|تقيم|يقيم|تقطن|يقطن|قاطنه|قاطن|"
        "بيتها|بيته|بيتهم|بيتك|دارها|دارهم|داره|دارو|دارك|بيتو|سكنها|سكناها|عنوانها|عنوانه|عنوانو|عنوانهم|عنوانك|منزلها|منزله|منزلهم|"
        "habite|habites|habitent|demeure|reside|chez elle|chez lui|son adresse|leur adresse|ton adresse|sa maison|son domicile|"
        "son appart|lives|you live|they live|her house|his house|their house|her home|his home|her address|"
        "his address|their address|your address|your house|where she stays|where he stays|"
        "sakna|saken|sakn|saakna|katskon|kayskon|katskn|kayskn|darha|darhom|darek|baytha|bayta|beitha|beita|3onwanha|3inwanha",
    [WORDS_ADDRESS] =
        "عنوان|لوكيشن|لوكاسيون|موقع البيت|adresse|address|adress|3onwan|3inwan|domicile|localisation",
    [WORDS_KNOW] =
        "اعرف|كنعرف|نعرف|بعرف|عرفت|عرفنا|عارف|عارفه|عارفين|كنعرفو|منعرف|نعرفو|اعرفلك|ادري|ندري|كلنا نعرف|عرفتو|لقيت|لقينا|"
        "know|found out|i found|we found|je sais|on sait|nous savons|je connais|on connait|j'ai trouve|on a trouve|"
        "kan3ref|kan3raf|kn3ref|kn3rf|n3ref|n3raf|3arf|3aref|b3ref|a3ref|a3raf|kan3rf|3reft|3raft",
    [WORDS_WHERE] = "where|which school|which bus|what school|ou|dans quelle ecole|quelle ecole|فين|وين|اين|فاين|فين جات|اي مدرسه|fin|fen|feen|win|wen",
    [WORDS_GOES] =
        "works|she works|he works|they work|goes to school|go to school|studies|parks|trains|prays|hangs out|takes the bus|"
        "travaille|travaillent|bosse|etudie|gare sa voiture|va a l'ecole|vont a l'ecole|son ecole|prend le bus|"
        "خدام|خدامه|كتخدم|كيخدم|تشتغل|يشتغل|تعمل|يعمل|تدرس|يدرس|كتقرا|كيقرا|كيقراو|يداوم|تداوم|دوامها|دوامه|مدرسه ولادها|"
        "مدرسه ولاده|مدرسه اولاده|مدرسه اولادها|khdam|khddam|khdama|khddama|katkhdem|kaykhdem|kat9ra|kay9ra|khedma",
    [WORDS_NOT] =
        "ما|لا|مو|مش|ماشي|لم|لن|ماكو|مب|not|dont|don't|never|no one|nobody|doesn't|didn't|ne|pas|jamais|n'|ma|mab",
    [WORDS_PASSPORT] =
        "جواز|جوازها|جوازه|باسبور|باسبورت|باسبورها|باسبورتها|passport|passeport|pasaporte|passaporto|reisepass|paspor|basbor|mrz",
    [WORDS_LICENCE] =
        "رخصه السياقه|رخصه القياده|رخصه السوق|اجازه السوق|اجازه سوق|رخصه|رخصتها|رخصته|البيرمي|بيرمي|permis de conduire|permis|"
        "driver license|driver's license|drivers license|driving licence|driving license|driver licence|licence number|"
        "license number|patente di guida|fuhrerschein|dl number|dl",
    [WORDS_ID] =
        "هويه|هويتها|هويته|بطاقه|بطاقتها|بطاقته|بطاقتو|بطاقه التعريف|بطاقه تعريف|رقم وطني|الرقم الوطني|رقمها الوطني|رقمه الوطني|رقم قومي|الرقم القومي|"
        "رقمها القومي|رقمه القومي|الرقم المدني|رقم مدني|البطاقه المدنيه|رقم الهويه|هويه وطنيه|الاقامه|اقامتها|اقامته|سجل مدني|السجل المدني|لاكارط|كارطتها|"
        "cin|id|national id|identity|id card|id number|identity card|identity number|civil id|carte d'identite|piece d'identite|"
        "carte nationale|numero national|nin|nni|cpr|dni|nie|nif|kimlik|tc no|tc kimlik|pesel|personnummer|henkilotunnus|hetu|"
        "bsn|ssn|nric|fin|aadhaar|aadhar|uidai|rrn|resident registration|sin|social insurance|nas|id no|personalausweis|ausweis|"
        "codice fiscale|carta d'identita|numero de securite sociale|securite sociale|social security|umid|snils|voter",
    [WORDS_TAX] =
        "tax|tax id|taxpayer|itin|tin|tfn|steuer|steuernummer|steuerid|fiscal|fiscale|numero fiscal|partita iva|iva|vat|tva|ice|"
        "pan|cpf|cnpj|gstin|gst|abn|acn|uen|brn|inn|ضريبه|ضريبي|الرقم الضريبي|التعريف الضريبي|identifiant fiscal",
    [WORDS_HEALTH] =
        "nhs|medicare|mbi|npi|health|health card|health insurance|krankenversicherung|krankenkasse|kvnr|versichertennummer|"
        "philhealth|beneficiary|dea|medical license|medical licence|carte vitale|mutuelle|cnss|cnops|ramed|التامين|الضمان|"
        "الضمان الاجتماعي|التغطيه الصحيه|sozialversicherung|rentenversicherung|lanr|bsnr",
    [WORDS_BANK] =
        "bank|account|account number|acct|routing|aba|bsb|sort code|banque|compte|compte bancaire|numero de compte|rib|"
        "حساب|حسابها|حسابه|حساب بنكي|رقم الحساب|البنك|بنك|مصرف|ايبان",
    [WORDS_BIRTH] =
        "مواليد|ولدت|ولد|تاريخ الميلاد|تاريخ ميلادها|تاريخ ميلاده|ميلادها|ميلاده|مزداد|مزداده|مزيوده|تزادت|تزاد|"
        "nee le|ne le|nee en|date de naissance|born|born on|date of birth|dob|birthdate|birthday|tzadat|mzyouda",
    [WORDS_PARCEL] =
        "order|ref|reference|tracking|colis|invoice|facture|ticket|user|build|serial|isbn|الطلبيه|رقم الطلبيه|الشحنه|"
        "رقم الشحنه|الطرد|رقم الطرد|فاتوره|تذكره|مرجع",
    [WORDS_PLACE] =
        "في|ف|فحي|بحي|قرب|قريب من|جنب|حدا|قدام|وراء|خلف|مقابل|يم|صوب|بجانب|بجنب|near|behind|next to|opposite|in|at|"
        "pres de|a cote|derriere|devant|en face|au|aux|hda|7da|9dam|moraha|gddam",
};

/* value=word|word, lists between spaces of values. */
static const struct {
    int value;
    const char *words;
} word_numbers[] = {
    {0, "صفر|زيرو|زيرو|زرو|sifr|zero|zirou|oh"},
    {1, "واحد|وحده|واحده|wahed|wa7ed|wa7d|un|une|one"},
    {2, "اثنين|اثنان|جوج|زوج|ثنين|تنين|juj|jouj|joj|zouj|tnin|deux|two"},
    {3, "ثلاثه|تلاته|تلاتا|ثلاث|تلت|tlata|tlatha|thlatha|trois|three"},
    {4, "اربعه|ربعه|اربع|ربعا|reb3a|rb3a|arba3a|quatre|four"},
    {5, "خمسه|خمسا|خمس|khamsa|khemsa|5amsa|cinq|five"},
    {6, "سته|ستا|ست|stta|setta|sitta|six"},
    {7, "سبعه|سبعا|سبع|seb3a|sb3a|sab3a|sept|seven"},
    {8, "ثمانيه|تمنيه|تمنيا|ثمانيا|ثمان|تمانيه|tmnya|tmenya|tmanya|thmanya|huit|eight"},
    {9, "تسعه|تسعود|تسعا|تسع|tes3oud|ts3oud|tes3ud|tis3a|tes3a|neuf|nine"},
    {10, "عشره|عشرا|3achra|3ashra|dix|ten"},
    {11, "احداش|حداش|احدعش|احد عشر|7dach|onze|eleven"},
    {12, "اطناش|طناش|اثنعش|ثنعش|اثنا عشر|tnach|douze|twelve"},
    {13, "تلطاش|ثلطعش|تلتطاش|tltach|treize|thirteen"},
    {14, "ربعطاش|اربعطعش|rb3tach|quatorze|fourteen"},
    {15, "خمسطاش|خمسطعش|khmstach|quinze|fifteen"},
    {16, "سطاش|ستطعش|stach|seize|sixteen"},
    {17, "سبعطاش|سبعطعش|sb3tach|seventeen"},
    {18, "تمنطاش|ثمنطعش|tmntach|eighteen"},
    {19, "تسعطاش|تسعطعش|ts3tach|nineteen"},
    {20, "عشرين|عشرون|3echrin|3ishrin|vingt|twenty"},
    {30, "ثلاثين|تلاتين|ثلاثون|tlatin|trente|thirty"},
    {40, "اربعين|ربعين|اربعون|rb3in|quarante|forty"},
    {50, "خمسين|خمسون|khmsin|khamsin|cinquante|fifty"},
    {60, "ستين|ستون|settin|sttin|soixante|sixty"},
    {70, "سبعين|سبعون|seb3in|sb3in|septante|seventy"},
    {80, "ثمانين|تمانين|ثمانون|tmanin|huitante|octante|eighty"},
    {90, "تسعين|تسعون|ts3in|tes3in|nonante|ninety"},
};
/* clang-format on */

#endif
