"""Parameters for NLTK's Punkt tokenizer, for machines that lack NLTK's own English data.

Written by hand from general knowledge of English: abbreviations that end in a full stop, pairs
that belong together across one, words that often start a sentence, and in which case words are
seen. NLTK's ``punkt_tab`` was learnt from newspapers and holds twenty times as many words; how
often the two agree is measured in this project's documentation.
"""

from __future__ import annotations

_TITLES = """
adj adm assoc brig capt cmdr col cpl dr drs esq fr gen gov hon jr lt maj mgr mr mrs ms msgr mx
pres prof rep reps rev revd sen sens sgt sr st ste supt
"""
_COMPANIES = "bros co corp dept inc llc ltd mfg plc"
_MONTHS_AND_DAYS = "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri"
_PLACES = """
ala ariz ark ave blvd calif colo conn ct del fla ga ill ind kan ky la md mass mich minn miss mo
mont mt n.c n.d n.h n.j n.m n.y neb nev okla ont ore pa penn pkwy r.i rd s.c s.d tenn tex u.k u.n
u.s u.s.a u.s.s.r va vt w.va wash wis wyo d.c l.a b.c
"""
# Without "al.", "i.e." and "P.S.": the tokenizer that is to be matched ends a sentence after them.
_LATIN_AND_LETTERS = """
a.d a.k.a a.m b.a b.sc c.e c.i.a c.v cf d.d.s e.g e.u i.d i.q j.d j.r j.k m.a m.b.a m.d m.sc
p.m p.o ph.d r.n v vs viz
"""
_MEASURES = "approx bldg cent est ext fig figs ft govt lb lbs max min nos oz pp tel tsp tbsp vol"
_INITIALS = "a b c d e f g h j k l m n o p r s t v w"  # not the word I, nor letters rare in names

COLLOCATIONS = (
    ("##number##", "a.m"),
    ("##number##", "p.m"),
    ("j", "smith"),
)
"""Pairs (word before the full stop, word after it) between which no sentence ends."""

_STARTERS = """
a according after all although among an and another as at because before both but by despite during
each even every few finally first for from furthermore given he her here his how however i if in
indeed instead it its just last later like many meanwhile moreover most much my nevertheless next no
nor not now of on once one only or other others our out over perhaps second she similarly since so
some still such than that the their then there therefore these they third this those though through
thus to today under unless unlike until we what when where whether which while who why with within
without yes yet you your
"""

# Words of everyday texts, as they are written inside a sentence.
_LOWER = """
ability able about above accept access accident account achieve across act action active activity
actual actually add addition additional adopt adult advance advantage advice affect afraid afternoon
again against age agency agent ago agree agreement ahead aim air alive allow almost alone along
already also alternative always amazing amount analysis animal announce annual answer anxiety any
anybody anyone anything anyway apart apartment appeal appear apple application apply approach
approval area aren argue argument arm around arrange arrive art article artist ask aspect assess
assessment asset assist assume attack attempt attend attention attitude audience author authority
available average avoid aware away awesome baby back background bad bag balance ball band base
basic basically basis bath battle be beach bear beat beautiful beauty became become bed been began
begin beginning behavior behind being belief believe below beneath benefit benefits beside besides
best better between beyond big bill bird birth bit black blood blow blue board boat body bone bonus
book border born boss bottle bottom bought box boy brain branch brand bread break breakfast breath
breathe brief bright bring broad broken brother brought brown budget build building built burn bus
business busy buy cake call calm came camera camp can cannot capable capacity capital car carbon
card care career careful carefully carry case cash cat catch category cause cell central century
certain certainly chain chair challenge challenges chance change changes channel chapter character
charge cheap check cheese chemical chicken chief child children chocolate choice choose circle
citizen city claim class clean clear clearly climate climb clock close closely clothes cloud club
coach coast code coffee cold collaborate collect collection college color combine come comfort
comfortable coming comment commercial commit common communicate communication community companies
company compare comparison competition complete completely complex computer concept concern
conclusion condition conduct confidence confident confirm connect connection consequently consider
considering consist constant contact contain content context continue contract contrary contribute
control conversation cook cool copy core corner correct cost costs could count country couple
courage course court cover create creating creation creative creativity credit crime crisis critical
cross crowd cry cultural culture cup current currently customer customers cut cycle daily damage
dance danger dangerous dark data date daughter day days dead deal dear death debate decade decide
decision decrease deep define definitely definition degree deliver delivery demand depend depends
describe description design designed desire desk detail detailed details determine develop
developing development device did didn die diet difference different difficult difficulty digital
dinner direct direction directly disaster discover discuss discussion disease dish distance do
doctor document does doesn dog doing dollar don done door double doubt down dozen draw dream dress
drink drive driver drop drug dry due dust duty eager early earn earth ease easier easily easy eat
economic economy edge education effect effective effectively effects efficiency efficient effort
efforts egg eight either element elements eliminate else elsewhere embrace emergency emotion
emotional emphasis employ employee employees empty enable encourage end ending energy engage
engine engineer engineering enhance enhanced enjoy enough ensure ensuring enter entire entirely
entry environment environmental equal equally equipment era error escape especially essential
essentially establish etc evaluate evening event events eventually ever everybody everyone
everything everywhere evidence exact exactly examine example examples excellent except exchange
excited exciting exercise exist existing expand expect expensive experience experiences expert
explain explanation explore exploring express expression extend extra extreme extremely eye eyes
face fact factor factors fail failure fair fairly faith fall familiar families family famous fantasy
far farm fast father fault favor fear feature features feedback feel feeling feet fell felt field
fight figure file fill film final finance financial find finding fine finger finish fire firm fish
fit five fix flat flexibility flexible flight floor flow flower flowers fly focus focusing follow
following food foods foot force forest forget forgive form formal former forward found foundation
four frame free freedom frequently fresh friend friendly friends front fruit fruits fuel full fully
fun function fund funny future gain game games garden gas gather gave generally generate generation
gentle get getting gift girl give given gives glad glass go goal goals goes going gold gone good got
government grab grade gradually grass grateful gray great greater greatly green ground group groups
grow growing growth guess guest guide guidance guy habit had hair half hand handle hands hang happen
happily happiness happy hard hardly has hasn hat have haven having head health healthy hear heart
heat heavy height held hello help helpful helping helps hence hi hidden high higher highlight highly
him himself historical history hit hobby hold holiday home honest honestly hope hopefully horse
hospital hot hotel hour hours house housing huge human humans hundred hungry hurry hurt husband ice
idea ideal ideas identify identifying ignore image imagine immediate immediately impact implement
implementing importance important impossible improve improved improvement improving include
includes including income increase increased increasing incredible independent indicate individual
individuals industry influence inform information initial initially inner innovation innovative
input inside insight insights inspire install instance instruction instructions insurance
integrate intelligence intelligent intend interest interested interesting internal international
introduce introduction invest investment invite involve involved isn issue issues item items itself
job jobs join journey joy judge juice jump junior keep keeping key keys kick kid kids kill kind
kindly king kitchen knew know knowing knowledge known lack lady land landscape language large
largely larger laugh launch law lawyer lay lead leader leaders leadership leading leaf learn
learning least leave leaves left leg legal lemon length less lesson lessons let lets letter level
levels leverage library lie life light likely limit limited line link list listen listening
literally literature little live lives living load local located location lock logic long longer
look looking loose lose loss lost lot lots loud love lovely low lower luck lucky lunch machine made
magic mail main mainly maintain maintaining major make makes making male man manage management
manager manner map mark market marketing marriage mass master match material materials matter
maximum may maybe me meal mean meaning means measure measures meat media medical medication medicine
medium meet meeting member members memory men mental mention menu message met metal method methods
middle might mild milk million mind mine minimum minor minute minutes mirror miss missing mission
mistake mix mixed mobile model modern modest moment money monitor month months mood moon moral more
morning mother motion motivation mountain mouse mouth move movement movie moving multiple muscle
music must mutual myself mystery name namely narrow nation national native natural naturally nature
near nearby nearly necessarily necessary neck need needs negative neighbor neither nervous network
networking never new news nice night nine nobody noise none nonetheless normal normally nose note
notes nothing notice novel nowadays number numbers numerous nurse nutrition object objective
obtain obvious obviously occasion occur ocean odd off offer offering offers office officer official
officially often oil ok okay old older onion online onto open opening operate operation operations
opinion opportunities opportunity opposite option optional options orange order ordinary organic
organization organize organizing original originally otherwise ought ourselves outcome outcomes
outdoor outer outside overall overcome own owner pack package page pain paint pair palace paper
parent parents park part participate particular particularly parties partner parts party pass
passion past path patience patient patients pattern pause pay payment peace peaceful people pepper
per percent perfect perfectly perform performance period permanent person personal personality
personally persons perspective pet phase phone photo phrase physical physically pick picture piece
pilot place places plain plan planet planning plans plant plants plastic plate play player playing
please pleasure plenty plot plus pocket poem poetry point points policies policy polite political
pollution pool poor popular population position positive possibility possible possibly post
potato potential potentially pour power powerful practical practice practicing pray precious
precise predict prefer preparation prepare prepared presence present presentation preserve
president press pressure pretty prevent prevention previous previously price pride primarily primary
print prior priorities prioritize priority privacy private probably problem problems procedure
proceed process processes produce product production productivity products profession professional
professionals profit program programs progress project projects promise promote promoting proper
properly property proposal propose protect protection proud prove proven provide provided provides
providing public publish pull purchase pure purple purpose push put putting quality quantity quarter
queen question questions quick quickly quiet quietly quite race radio rain raise ran range rapid
rapidly rare rarely rate rather raw reach react reaction read reader readers reading ready real
realistic reality realize really reason reasonable reasons recall receive received recent recently
recipe recognize recommend recommendation record recover recovery red reduce reduced reducing
refer reference reflect reform refuse regard regarding regardless region regional register regular
regularly regulation relate related relation relationship relationships relative relatively relax
release relevant reliable relief religion religious rely remain remaining remains remarkable
remember remind remote remove rent repair repeat replace replacement reply report reports represent
representation request require required requirement requirements requires rescue research
researchers reserve resolve resource resources respect respond response responses responsibility
responsible rest restaurant result resulting results return reveal review revolution reward rice
rich ride right rights ring rise rising risk risks river road rock role roll romantic roof room root
rope rough round route routine royal rule rules run running rural rush sad safe safely safety said
sail salad sale sales salt same sample sand sauce save saved saving say saying says scale scene
schedule scheme school science scientific scientists score screen sea search season seat secret
section sections secure security see seeing seek seem seemed seems seen select selection self sell
send senior sense sensitive sent sentence separate serious seriously serve service services session
set setting settings settle seven several severe shade shadow shake shall shape share shared sharing
sharp sheet shelf shell shift ship shirt shock shoe shoes shoot shop shopping short shortly shot
should shoulder shouldn shout show showing shown shows shut sick side sight sign signal significant
significantly silence silent silver similar simple simply sing singer single sir sister sit site
situation situations six size skill skills skin skip sky sleep slight slightly slow slowly small
smaller smart smell smile smoke smooth snow soap social society soft software soil solar soldier
solid solution solutions solve somebody somehow someone something sometimes somewhat somewhere son
song songs soon sort soul sound source sources space speak speaker speaking special specialized
specific specifically speech speed spend spent spirit spiritual split spoke sport sports spot
spread spring square stable staff stage stand standard standards standing star stars start started
starting state statement states station statistics status stay staying steal step steps stick stock
stomach stone stood stop store stories storm story straight strange stranger strategic strategies
strategy stream street strength strengthen stress stretch strict strike string strive strong
stronger strongly structure structured struggle student students studies study stuff style subject
submit substance succeed success successful successfully sudden suddenly suffer sugar suggest
suggestion suggestions suitable sum summary summer sun super supply support supporting supportive
suppose sure surely surface surprise surprisingly surround survey survive suspect sustainability
sustainable sweet swim symbol sympathy symptoms system systems table take takes taking tale talent
talk talking tall target task tasks taste tax tea teach teacher teachers teaching team teams tears
technical technique techniques technologies technology teeth telephone television tell temperature
ten tend term terms terrible test testing tests text thank thanks theater them theme themselves
theory therapy thick thin thing things think thinking thorough thoroughly thou thought thoughts
thousand threat three threw throughout throw ticket tie tight time timeline times tiny tip tips
tired tissue title together told tomato tomorrow tone tongue tonight too took tool tools tooth top
topic topics total totally touch tough tour toward towards town toy track trade tradition
traditional traffic train training transfer transform transition translate transparency transport
travel traveling treasure treat treatment tree trees trend trends trial trick trigger trip trouble
truck true truly trust truth try trying turn turning twelve twenty twice two type types typical
typically ugly ultimate ultimately unable uncle uncomfortable understand understanding understood
unfortunately unique unit unite universal universe university unknown unusual up upcoming update
updated upon upper urban urge us use used useful user users uses using usual usually utilize
vacation valuable value values van variety various vast vegetable vegetables vehicle verify version
versus very via victim victory video view village violence virtual virtually visible vision visit
visitors visual vital vocabulary voice volume volunteer vote wage wait waiting wake walk walking
wall want wanted wants war warm warmly warn warning was wash wasn waste watch watching water wave
way ways weak wealth wear weather web website wedding week weekend weekly weeks weight welcome well
wellness went were weren wet whatever wheel whenever wherever whereas whichever white whoever whole
whom whose wide widely wife wild will willing win wind window wine wing winner winter wisdom wise
wish woman women won wonder wonderful wondering wood word words work worked worker workers working
works workshop world worldwide worried worry worse worst worth would wouldn wound write writer
writing written wrong yeah year years yellow yesterday young younger yourself yourselves youth zero
zone
"""

# Words of those above, and of the starters, that titles and names also write with a capital.
_TITLED = """
a academic action air all american an and area association authority bank bay beach big bill black
blue board book bridge brown capital care center central chief child church city college committee
company conference council country county court day department development director east economic
education energy family federal first for force foundation fund general government grand great green
group hall health hill home hospital house human i in institute insurance international island
journal justice king lake land law little love man management market medical member middle minister
national new news north of office old on one park party policy power president press program project
public queen red research river road rock rose royal saint school science sea second secretary
senate senior service services social society south space sports standard star state states street
super supreme system technology the third time times to tower town trade trust union united
university war water west white wild world year young
"""
_BEGIN_UPPER, _MIDDLE_UPPER, _MIDDLE_LOWER = 1 << 1, 1 << 2, 1 << 5  # as in nltk.tokenize.punkt


def abbreviations() -> set[str]:
    """Give the abbreviations, in lower case and without their last full stop."""
    groups = (
        _TITLES,
        _COMPANIES,
        _MONTHS_AND_DAYS,
        _PLACES,
        _LATIN_AND_LETTERS,
        _MEASURES,
        _INITIALS,
    )
    return {word for group in groups for word in group.split()}


def starters() -> set[str]:
    """Give the words that a sentence often starts with."""
    return set(_STARTERS.split())


def orthography() -> dict[str, int]:
    """Give the cases in which words are seen, as Punkt's flags."""
    seen = dict.fromkeys([*_STARTERS.split(), *_LOWER.split()], _BEGIN_UPPER | _MIDDLE_LOWER)
    for word in _TITLED.split():
        seen[word] = seen.get(word, 0) | _MIDDLE_UPPER
    return seen
