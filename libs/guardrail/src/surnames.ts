/** The surnames of more than nine tenths of the people of China (census of 2020, Ministry of Public Security). */
export const SURNAMES =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛段郝顾龚邵覃武钱戴严莫孔向汤温芦俞倪葛章樊柯翁庞殷颜兰尚施洪牛季耿聂焦左齐辛管祝骆舒纪阮蓝詹鲍凌霍关';
