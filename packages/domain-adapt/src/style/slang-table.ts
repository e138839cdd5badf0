/** Abbreviations of posts and messages: what is written, and the words. Doubtful ones are not here. */
const SLANG = `
2day today
2moro tomorrow
2mrw tomorrow
2nite tonight
4ever forever
4eva forever
abt about
afaik as far as I know
aight alright
aint ain't
alot a lot
arent aren't
asap as soon as possible
atm at the moment
awsm awesome
b/c because
b4 before
bc because
bcoz because
bcz because
bday birthday
bestie best friend
bff best friend
bf boyfriend
biz business
brb be right back
bro brother
btw by the way
cant can't
cos because
coulda could have
couldnt couldn't
couldve could have
cuz because
cya see you
dat that
def definitely
dem them
didnt didn't
dis this
doesnt doesn't
dont don't
dunno do not know
ez easy
fab fabulous
fam family
fav favorite
fave favorite
fml my life is awful
ftw for the win
fwiw for what it is worth
fyi for your information
gf girlfriend
gimme give me
gonna going to
goin going
gotta have to
gr8 great
grl girl
h8 hate
hadnt hadn't
hasnt hasn't
havent haven't
havin having
hmu contact me
idc I do not care
idek I do not even know
idk I do not know
iirc if I remember correctly
ik I know
ikr I know right
ily I love you
im I'm
imho in my humble opinion
imo in my opinion
irl in real life
isnt isn't
ive I've
jk just kidding
k okay
kinda kind of
l8r later
lemme let me
lil little
lmao laughing
lmfao laughing
lol laughing
lolz laughing
luv love
luvin loving
m8 mate
mins minutes
msg message
mustve must have
n and
nd and
ngl not going to lie
nite night
np no problem
nvm never mind
obv obviously
obvs obviously
ofc of course
oki okay
omfg oh my god
omg oh my god
omw on my way
outta out of
pic picture
pics pictures
pls please
plz please
ppl people
prob probably
probs probably
r are
rly really
rn right now
rofl laughing
rlly really
shoulda should have
shouldnt shouldn't
shouldve should have
sis sister
smh shaking my head
soz sorry
srsly seriously
sry sorry
tbh to be honest
tbt throwback
tgif thank god it is Friday
thanx thanks
thats that's
theyre they're
tho though
thnx thanks
thru through
thx thanks
tix tickets
tmi too much information
tmrw tomorrow
tonite tonight
totes totally
ttyl talk to you later
txt text
ty thank you
tysm thank you so much
u you
ull you'll
ur your
urself yourself
uve you've
vid video
vids videos
w/ with
w/e whatever
w/o without
wanna want to
wasnt wasn't
wat what
wbu what about you
werent weren't
wht what
whats what's
wk week
wknd weekend
wont won't
woulda would have
wouldnt wouldn't
wouldve would have
wtf what the hell
wth what the hell
wud would
xmas Christmas
xoxo hugs and kisses
y'all all of you
yall all of you
ya you
yea yes
yeah yes
yep yes
youre you're
youve you've
yr year
yrs years
yup yes
`;

/** The package's table: lower-case abbreviation -> words. */
export const slangTable = (): Map<string, string> =>
  new Map(
    SLANG.trim()
      .split("\n")
      .map((line) => {
        const space = line.indexOf(" ");
        return [line.slice(0, space), line.slice(space + 1)] as const;
      }),
  );
