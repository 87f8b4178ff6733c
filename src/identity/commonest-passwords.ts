/** Passwords of eight to eleven characters that are tried first everywhere, in small letters, written down from what is commonly known. */
export const COMMONEST_PASSWORDS: ReadonlySet<string> = new Set(
  `
  12345678 123456789 1234567890 12345678910 0123456789 87654321 987654321 9876543210 11111111 111111111 00000000 000000000 88888888
  99999999 66666666 77777777 55555555 12121212 11223344 112233445566 123123123 123321123 147258369 159753456 741852963 789456123
  13131313 10203040 12341234 12344321 19871987 20102010 password password1 password12 password123 password1! passw0rd p@ssw0rd p@ssword
  pa$$word passwort passwort1 motdepasse contrasena contraseña senha123 parola123 qwertyui qwertyuio qwertyuiop qwerty12 qwerty123 qwerty1234
  qwerty12345 qwert123 qwertz123 azertyui azertyuiop azerty123 asdfghjk asdfghjkl asdfasdf asdf1234 zxcvbnm1 zxcvbnm123 zxcvbnm, 1q2w3e4r
  1q2w3e4r5t 1qaz2wsx 1qaz2wsx3ed 1qazxsw2 q1w2e3r4 q1w2e3r4t5 qazwsxedc qazwsx123 zaq12wsx zaq1xsw2 abcd1234 abc12345 abc123456 a1b2c3d4
  a1234567 a12345678 a123456789 aa123456 aa123456789 aaaaaaaa abcdefgh abcdefghi 1234abcd 123456aa 123456abc 123qweasd qweasdzxc qwe123456
  iloveyou iloveyou1 iloveyou2 iloveu123 letmein1 letmein123 welcome1 welcome12 welcome123 admin123 admin1234 admin12345 administrator
  administr root1234 toor1234 changeme changeme1 changeme123 default1 secret12 secret123 sunshine sunshine1 princess princess1 football
  football1 baseball baseball1 basketball superman superman1 batman123 starwars starwars1 pokemon1 pokemon123 trustno1 trustno1! whatever
  whatever1 computer computer1 internet internet1 michelle michael1 jennifer jennifer1 jessica1 ashley12 charlie1 charlie123 daniel12 thomas12
  danielle veronica victoria victoria1 samantha alexander alexandra elizabeth christian christina garfield butterfly mercedes ferrari1
  corvette maverick marlboro midnight monster1 mustang1 dragon12 dragon123 shadow12 shadow123 master12 master123 hunter12 hunter123 killer12
  freedom1 liverpool liverpool1 arsenal1 chelsea1 barcelona realmadrid juventus steelers cowboys1 lakers24 yankees1 redskins packers1
  blink182 metallica nirvana1 nintendo playstation xbox3600 minecraft minecraft1 fortnite roblox12 roblox123 google123 facebook facebook1
  linkedin linkedin1 dropbox1 samsung1 samsung123 iphone12 test1234 test12345 testtest testing1 testing123 guest123 user1234 demo1234 hello123
  hello1234 helloworld asdfqwer lovelove loveyou1 love1234 babygirl babygirl1 chocolate cheese123 cookie12 cookie123 flower12 flowers1 summer12
  summer123 summer2025 summer2026 winter12 winter123 winter2025 winter2026 spring2026 autumn2026 january1 february monday123 friday123 pa55word
  passwords passport mypassword mypass123 access14 access123 nothing1 blahblah computer123 qqqqqqqq zzzzzzzz woaini1314 woaini520 woaini123
  5201314520 5211314521 a5201314 wang1234 zhang123 li123456 qq123456 qq123123 w123456789 z123456789 q123456789 x1234567 asd123456 asd12345
  zxc123456 zxc12345 abcabc123 aaa123456 abcd12345 1234qwer 12345qwert 123456qq 123456789a 123456789q 12345678a 1234567a 1234567q openai123 chatgpt123
  `
    .trim()
    .split(/\s+/),
)
